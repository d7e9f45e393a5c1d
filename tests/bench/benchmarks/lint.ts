import * as ts from 'typescript';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyzer } from '../../../server/src/analysis/index.js';
import { Linter } from '../../../server/src/lsp/linter.js';
import { ProblemLog } from '../../../server/src/lsp/problemLog.js';
import { Texts } from '../../../server/src/lsp/texts.js';
import { RULES } from '../../../server/src/rules/index.js';
import { type Contestant, race, ratio } from '../measure.js';
import type { Result } from '../report.js';
import { moduleText } from '../server/texts.js';

const LINES = 1000;
const TARGET = 2;
/** One alone is too short: a collection that falls into it would be all that is measured. */
const TIMES_A_ROUND = 5;

/** Everything that the server does with a text, against the parser alone. */
export async function lint(): Promise<Result> {
  const text = moduleText('Lit', LINES);
  const unseen = linting('full lint, a file never seen', (round) => ({ uri: `file:///bench/${round}.ts`, text }));
  const middle = text.indexOf('\n', text.length / 2);
  const edited = linting('full lint after a keystroke', (round) => ({
    uri: 'file:///bench/edited.ts',
    text: `${text.slice(0, middle)}${'; '.slice(round % 2)}${text.slice(middle)}`,
  }));
  const parser = contestant('ts.createSourceFile', async () => {
    ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  });
  const timings = await race([unseen, edited, parser], { rounds: 25, warmups: 25 });
  const parsing = timings.at(-1);
  const ratios = timings.slice(0, 2).map((ours) => (parsing ? ratio(ours, parsing).median : Number.NaN));
  return {
    title: `a module of ${text.split('\n').length} lines: all facts, all ${RULES.length} rules, as diagnostics`,
    timings,
    comparisons: [
      { ours: unseen.name, peer: parser.name },
      { ours: edited.name, peer: parser.name },
    ],
    notes: [
      `target: at most ${TARGET} times the parser; ${ratios.map((each) => (each <= TARGET ? 'met' : 'MISSED')).join(', ')}`,
    ],
  };
}

/** A linter of its own, which is given a text each round. */
function linting(name: string, textOf: (round: number) => { readonly uri: string; readonly text: string }): Contestant {
  let round = 0;
  let { uri, text } = textOf(round);
  const analyzer = new Analyzer({
    snapshot: (asked) =>
      asked === uri ? { version: String(round), language: 'ts', isOpen: true, text: () => text } : undefined,
    config: () => undefined,
    failed(_uri, error) {
      throw error;
    },
    isWatched: () => true,
    openUris: () => [uri],
    manifestUris: () => [],
  });
  const settings = { enable: true, rules: {} };
  const log = new ProblemLog((problem) => {
    throw new Error(problem);
  });
  const english = new Texts();
  const linter = new Linter(analyzer, { of: () => Promise.resolve(settings) }, log, () => english);
  return contestant(name, async () => {
    round += 1;
    ({ uri, text } = textOf(round));
    await linter.lint(TextDocument.create(uri, 'typescript', round, text));
  });
}

function contestant(name: string, work: () => Promise<void>): Contestant {
  return {
    name,
    async round() {
      const begun = performance.now();
      for (let done = 0; done < TIMES_A_ROUND; done += 1) await work();
      return (performance.now() - begun) / TIMES_A_ROUND;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
