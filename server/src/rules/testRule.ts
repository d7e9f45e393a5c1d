import { describe, expect, it } from 'vitest';
import { Analyzer, type FileModel, type ModuleModel } from '../analysis/index.js';
import { MEMORY_ROOT, memoryHost } from '../analysis/memoryHost.js';
import { applyChanges } from '../fixes/index.js';
import type { Finding, Rule } from './defineRule.js';

/** Text of `lit.ts`, or several files by name, of which the first is judged. Text alone gets the usual import when it has none. */
export type Snippet = string | Readonly<Record<string, string>>;

/** What a rule is to do, as a table of named snippets. */
export interface RuleTable {
  /** Snippets without a finding. */
  readonly silent: Readonly<Record<string, Snippet>>;
  /**
   * Snippets with findings, drawn under the text: `//    ^^^ certain missing`. The carets mark the range; certainty and
   * message id follow. Each finding's fix is applied, and the finding must be gone; with CRLF line ends too.
   */
  readonly reports: Readonly<Record<string, Snippet>>;
  /** Texts before and after all fixes. */
  readonly fixes?: Readonly<Record<string, readonly [before: Snippet, after: string]>>;
}

const USUAL_IMPORT =
  "import { Callback, EarlyStopping, LightningDataModule, LightningModule, ModelCheckpoint, Trainer, optim, tf } from 'lightning-tfjs';\n";
const MARKER = /^\s*\/\/\s*(\^+) (certain|likely) (\w+)\s*$/;

/** Tests a rule against a table. */
export function testRule(rule: Rule, { silent, reports, fixes = {} }: RuleTable): void {
  describe(rule.id, () => {
    it.each(Object.entries(silent))('is silent: %s', (_name, snippet) => {
      expect(drawn(findingsIn(rule, filesOf(snippet)), filesOf(snippet))).toEqual([]);
    });

    it.each(Object.entries(reports))('reports: %s', (_name, snippet) => {
      const { files, expected } = readMarkers(filesOf(snippet));
      expect(drawn(findingsIn(rule, files), files)).toEqual(expected);
      const crlf = withFirst(files, firstText(files).replaceAll('\n', '\r\n'));
      expect(drawn(findingsIn(rule, crlf), crlf)).toEqual(expected);
      expectFixesToMend(rule, files);
      expectFixesToMend(rule, crlf);
      expect(fixAll(rule, crlf)).toBe(fixAll(rule, files).replaceAll('\n', '\r\n'));
    });

    it.each(Object.entries(fixes))('fixes: %s', (_name, [before, after]) => {
      expect(fixAll(rule, filesOf(before))).toBe(after);
    });
  });
}

/** The findings of a rule in the first of some files. */
export function findingsIn(rule: Rule, files: Readonly<Record<string, string>>): readonly Finding[] {
  const file = fileIn(files);
  return file ? [...rule.run(file)].sort((a, b) => a.range.start - b.range.start) : [];
}

/** The first of some files, where anything in it is of interest. */
export function fileIn(files: Readonly<Record<string, string>>): FileModel | undefined {
  const analyzer = new Analyzer(memoryHost(files));
  for (const name of Object.keys(files)) analyzer.index(MEMORY_ROOT + name);
  return analyzer.file(MEMORY_ROOT + Object.keys(files)[0]);
}

/** The classes in the first of some files. */
export function modulesIn(files: Readonly<Record<string, string>>): readonly ModuleModel[] {
  return fileIn(files)?.classes ?? [];
}

/** The first file's text after all fixes, one after the other. */
export function fixAll(rule: Rule, files: Readonly<Record<string, string>>): string {
  let text = firstText(files);
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const fix = findingsIn(rule, withFirst(files, text)).find((finding) => finding.fix)?.fix;
    if (!fix) return text;
    text = applyChanges(text, fix.changes);
  }
  throw new Error(`the fixes of ${rule.id} do not come to an end:\n${text}`);
}

function expectFixesToMend(rule: Rule, files: Readonly<Record<string, string>>): void {
  const before = findingsIn(rule, files);
  for (const { fix } of before) {
    if (!fix) continue;
    const fixed = withFirst(files, applyChanges(firstText(files), fix.changes));
    expect(findingsIn(rule, fixed)).toHaveLength(before.length - 1);
    expect(modulesIn(fixed).flatMap(({ brokenSyntax }) => brokenSyntax)).toEqual(
      modulesIn(files).flatMap(({ brokenSyntax }) => brokenSyntax),
    );
  }
}

interface Drawn {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

function readMarkers(files: Readonly<Record<string, string>>): {
  readonly files: Readonly<Record<string, string>>;
  readonly expected: readonly Drawn[];
} {
  const lines: string[] = [];
  const expected: Drawn[] = [];
  for (const line of firstText(files).split('\n')) {
    const marker = MARKER.exec(line);
    if (!marker) {
      lines.push(line);
      continue;
    }
    const [, carets = '', certainty, message] = marker;
    const from = line.indexOf('^');
    expected.push({ line: lines.length - 1, from, to: from + carets.length, what: `${certainty} ${message}` });
  }
  return { files: withFirst(files, lines.join('\n')), expected };
}

function drawn(findings: readonly Finding[], files: Readonly<Record<string, string>>): readonly Drawn[] {
  const text = firstText(files);
  return findings.map(({ range, certainty, messageId }) => {
    const before = text.slice(0, range.start).split('\n');
    const from = before.at(-1)?.length ?? 0;
    const to = from + range.end - range.start;
    return { line: before.length - 1, from, to, what: `${certainty} ${messageId}` };
  });
}

function filesOf(snippet: Snippet): Readonly<Record<string, string>> {
  if (typeof snippet !== 'string') return snippet;
  return { 'lit.ts': snippet.includes('lightning-tfjs') ? snippet : USUAL_IMPORT + snippet };
}

function firstText(files: Readonly<Record<string, string>>): string {
  return Object.values(files)[0] ?? '';
}

function withFirst(files: Readonly<Record<string, string>>, text: string): Readonly<Record<string, string>> {
  return { ...files, [Object.keys(files)[0] ?? 'lit.ts']: text };
}
