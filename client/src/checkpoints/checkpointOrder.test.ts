import { describe, expect, it } from 'vitest';
import { matchesFilter } from './checkpointFilter.js';
import type { CheckpointFile } from './checkpointIndex.js';
import { byScore } from './checkpointOrder.js';
import { loadSnippet } from './loadSnippet.js';

function file(
  name: string,
  monitor: string,
  value: number | undefined,
  more: Partial<CheckpointFile> = {},
): CheckpointFile {
  const score = value === undefined ? undefined : { monitor, value };
  return { path: `/p/${name}`, name, epoch: 0, step: 1, sizeBytes: 1, score, isBest: false, isLast: false, ...more };
}
const names = (files: readonly CheckpointFile[]) => byScore(files).map(({ name }) => name);

describe('byScore', () => {
  it('puts the lowest loss first', () => {
    expect(names([file('a', 'loss', 3), file('b', 'loss', 1, { isBest: true }), file('c', 'loss', 2)])).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  it('puts the highest first where the best is the highest', () => {
    expect(names([file('a', 'x', 1), file('b', 'x', 3, { isBest: true }), file('c', 'x', 2)])).toEqual(['b', 'c', 'a']);
  });

  it('guesses by the name of the metric where no file is the best', () => {
    expect(names([file('a', 'val_acc', 0.1), file('b', 'val_acc', 0.9)])).toEqual(['b', 'a']);
  });

  it('puts those without a score behind, by step, and last at the end', () => {
    const files = [
      file('last', 'x', undefined, { isLast: true }),
      file('b', 'x', undefined, { step: 9 }),
      file('a', 'x', 1),
      file('n', 'x', Number.NaN, { step: 2 }),
    ];
    expect(names(files)).toEqual(['a', 'n', 'b', 'last']);
  });
});

describe('matchesFilter', () => {
  const run = {
    path: '/r',
    name: 'version_3',
    moduleName: 'LitDigits',
    moduleFile: undefined,
    ended: undefined,
    checkpoints: [],
  };
  it.each([
    ['', true],
    ['digits BEST', true],
    ['version_3 epoch=1', true],
    ['last', false],
  ])('%j: %s', (filter, expected) => {
    expect(matchesFilter(run, file('epoch=1.ckpt', 'loss', 1, { isBest: true }), filter)).toBe(expected);
  });
});

describe('loadSnippet', () => {
  it.each<[string | undefined, string, string | undefined, string]>([
    ['Lit', '/w/logs/a.ckpt', '/w', "await Lit.loadFromCheckpoint('logs/a.ckpt')"],
    [undefined, '/w/a.ckpt', undefined, "await LightningModule.loadFromCheckpoint('/w/a.ckpt')"],
    ['x; evil()', '/w/a.ckpt', '/w', "await LightningModule.loadFromCheckpoint('a.ckpt')"],
    ['Lit', '/w/it\'s "a"\n.ckpt', '/w', `await Lit.loadFromCheckpoint('it\\'s "a"\\n.ckpt')`],
  ])('of %s, %s', (className, path, from, code) => {
    expect(loadSnippet(className, path, from)).toBe(code);
  });
});
