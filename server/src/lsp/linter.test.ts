import { expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyzer } from '../analysis/index.js';
import { defineRule } from '../rules/defineRule.js';
import type { Rule } from '../rules/index.js';
import { missingConfigureOptimizers } from '../rules/missing-configure-optimizers.js';
import { missingTrainingStep } from '../rules/missing-training-step.js';
import { Linter } from './linter.js';
import { ProblemLog } from './problemLog.js';
import { type LintSettings, readLintSettings } from './settings.js';
import { Texts } from './texts.js';
import { Cancelled } from './turns.js';

const URI = 'file:///lit.ts';
const TEXT = "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule {}\n";
const document = TextDocument.create(URI, 'typescript', 1, TEXT);
const TWO = [missingTrainingStep, missingConfigureOptimizers];
const IDS = TWO.map(({ id }) => id);
const SILENT = new ProblemLog(() => undefined);

function analyzerOf(read: () => string): Analyzer {
  return new Analyzer({
    snapshot: (uri) => (uri === URI ? { version: '1', language: 'ts', isOpen: true, text: read } : undefined),
    config: () => undefined,
    isWatched: () => false,
    failed: () => undefined,
    openUris: () => [],
    manifestUris: () => [],
  });
}

const failing = defineRule({
  id: 'failing',
  severity: 'error',
  messages: {},
  check() {
    throw new Error('a bug');
  },
});

function settingsOf(lint: unknown) {
  const settings: LintSettings = readLintSettings({ lint });
  return { of: () => Promise.resolve(settings) };
}

interface Parts {
  readonly analyzer?: Analyzer;
  readonly lint?: unknown;
  readonly rules?: readonly Rule[];
  readonly log?: ProblemLog;
  readonly locale?: string;
}

function linterOf({ analyzer = analyzerOf(() => TEXT), lint, rules = TWO, log = SILENT, locale }: Parts): Linter {
  return new Linter(analyzer, settingsOf(lint), log, () => new Texts(locale), rules);
}

it('logs a rule that throws once, with its stack, and still gives the other results', async () => {
  const written: string[] = [];
  const log = new ProblemLog((text) => written.push(text));
  const linter = linterOf({ log, rules: [failing, ...TWO] });
  expect((await linter.lint(document)).items.map(({ code }) => code)).toEqual(IDS);
  expect((await linter.lint(moved(document))).items).toHaveLength(2);
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^rule failing failed: Error: a bug\n +at .*linter\.test/);
  expect(log.failing).toEqual(['rule failing']);
  linter.closed(URI);
  expect(log.failing).toEqual([]);
});

it('reports nothing when a document cannot be read', async () => {
  const written: string[] = [];
  const analyzer = analyzerOf(() => {
    throw new Error('no text today');
  });
  const linter = linterOf({ analyzer, log: new ProblemLog((text) => written.push(text)) });
  expect((await linter.lint(document)).items).toEqual([]);
  expect(written[0]).toMatch(/^reading failed: Error: no text today/);
});

it.each([
  ['error', ['error', 'error']],
  ['warning', ['warning', 'error']],
  ['hint', ['hint', 'error']],
  ['off', ['error']],
])('shows a rule that is set to %s', async (level, expected) => {
  const { items } = await linterOf({ lint: { rules: { 'missing-training-step': level } } }).lint(document);
  expect(items.map(({ severity }) => ['', 'error', 'warning', 'information', 'hint'][severity ?? 0])).toEqual(expected);
});

it('finds nothing where linting is disabled', async () => {
  expect((await linterOf({ lint: { enable: false } }).lint(document)).items).toEqual([]);
});

it.each([
  ['// lightning-disable-next-line missing-training-step', [IDS[1]]],
  ['// lightning-disable-next-line missing-training-step, missing-configure-optimizers -- a reason', []],
  ['// lightning-disable-next-line', []],
  ['/* lightning-disable-next-line */', []],
  ['/* lightning-disable missing-configure-optimizers */', [IDS[0]]],
  ['/* lightning-disable */', []],
  ['/* lightning-disable */\n/* lightning-enable missing-training-step */', [IDS[0]]],
  ['/* lightning-disable */\n/* lightning-enable */', IDS],
  ['// lightning-disable-line', IDS],
  ['// lightning-disable missing-training-step', IDS],
  ['// lightning-disable-next-lines', IDS],
  ['const text = "// lightning-disable-next-line";', IDS],
  ['const text = `\n// lightning-disable-next-line\n`;', IDS],
  ['// lightning-disable-next-line missing-trainingstep', ['unknown-rule-id', ...IDS]],
])('minds the comment %s', async (comment, expected) => {
  const text = TEXT.replace('\n', `\n${comment}\n`);
  const changed = TextDocument.create(URI, 'typescript', 1, text);
  const { items } = await linterOf({ analyzer: analyzerOf(() => text) }).lint(changed);
  expect(items.map(({ code }) => code)).toEqual(expected);
});

it('minds a comment at the end of the line', async () => {
  const text = TEXT.replace('{}', '{} // lightning-disable-line missing-training-step');
  const changed = TextDocument.create(URI, 'typescript', 1, text);
  const { items } = await linterOf({ analyzer: analyzerOf(() => text) }).lint(changed);
  expect(items.map(({ code }) => code)).toEqual([IDS[1]]);
});

it('names the nearest rule where a comment names none, and offers it', async () => {
  const text = `// lightning-disable-next-line mising-training-step, nothing-of-the-kind\n${TEXT}`;
  const changed = TextDocument.create(URI, 'typescript', 1, text);
  const { findings, items } = await linterOf({ analyzer: analyzerOf(() => text) }).lint(changed);
  expect(items.slice(0, 2).map(({ severity, message }) => [severity, message])).toEqual([
    [4, expect.stringContaining("Did you mean 'missing-training-step'?")],
    [4, "There is no rule 'nothing-of-the-kind', so this comment does not switch it off."],
  ]);
  expect(findings[0]?.fix?.changes[0]?.newText).toBe('missing-training-step');
});

it('stops between two rules when it is no longer wanted', async () => {
  const source = new CancellationTokenSource();
  const stopping = defineRule({ id: 'stopping', severity: 'error', messages: {}, check: () => source.cancel() });
  let isRun = false;
  const next = defineRule({
    id: 'next',
    severity: 'error',
    messages: {},
    check() {
      isRun = true;
    },
  });
  await expect(linterOf({ rules: [stopping, next] }).lint(document, source.token)).rejects.toThrow(Cancelled);
  expect(isRun).toBe(false);
});

it('lints anew only what may have changed', async () => {
  const linter = linterOf({});
  const first = await linter.lint(document);
  expect(await linter.lint(document)).toBe(first);
  linter.analyzer.configChanged();
  expect(await linter.lint(document)).not.toBe(first);
});

it('speaks the language of the editor where it knows the words', async () => {
  const text = `// lightning-disable-line nothing-of-the-kind\n${TEXT}`;
  const changed = TextDocument.create(URI, 'typescript', 1, text);
  const messages = async (locale: string) =>
    (await linterOf({ analyzer: analyzerOf(() => text), locale }).lint(changed)).items.map(({ message }) => message);
  expect((await messages('zh-CN'))[0]).toContain('没有名为“nothing-of-the-kind”的规则');
  expect((await messages('xx'))[0]).toContain('There is no rule');
});

function moved({ uri, languageId, version }: TextDocument): TextDocument {
  return TextDocument.create(uri, languageId, version + 1, TEXT);
}
