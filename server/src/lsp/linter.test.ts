import { expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyzer } from '../analysis/index.js';
import { defineRule } from '../rules/defineRule.js';
import { RULES } from '../rules/index.js';
import { Linter } from './linter.js';
import { ProblemLog } from './problemLog.js';

const URI = 'file:///lit.ts';
const TEXT = "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule {}\n";
const document = TextDocument.create(URI, 'typescript', 1, TEXT);

function analyzerOf(read: () => string): Analyzer {
  return new Analyzer({
    snapshot: (uri) => (uri === URI ? { version: '1', language: 'ts', text: read } : undefined),
    openUris: () => [],
  });
}

it('logs a rule that throws once, with its stack, and still gives the other results', () => {
  const written: string[] = [];
  const failing = defineRule({
    id: 'failing',
    severity: 'error',
    messages: {},
    check() {
      throw new Error('a bug');
    },
  });
  const linter = new Linter(
    analyzerOf(() => TEXT),
    new ProblemLog((text) => written.push(text)),
    [failing, ...RULES],
  );
  const codes = () => linter.result(document).items.map(({ code }) => code);
  expect(codes()).toEqual(['missing-training-step', 'missing-configure-optimizers']);
  expect(codes()).toHaveLength(2);
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^rule failing failed: Error: a bug\n +at .*linter\.test/);
});

it('reports nothing when the analysis fails', () => {
  const written: string[] = [];
  const analyzer = analyzerOf(() => {
    throw new Error('no text today');
  });
  const linter = new Linter(analyzer, new ProblemLog((text) => written.push(text)));
  expect(linter.result(document).items).toEqual([]);
  expect(written[0]).toMatch(/^analysis failed: Error: no text today/);
});
