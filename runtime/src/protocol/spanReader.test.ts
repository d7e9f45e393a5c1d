import { describe, expect, it } from 'vitest';
import { readSpans, SPAN_FORMAT, SpanReader } from './index.js';

const HEADER = JSON.stringify({ format: SPAN_FORMAT, version: 1, stage: 'fit', pid: 7, time: 1000 });
const file = (...lines: readonly unknown[]) =>
  `${[HEADER, ...lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))].join('\n')}\n`;

const WHOLE = file(
  ['f', 0, 'MatMul', 'kernel'],
  [
    'd',
    0,
    [
      [2, 3],
      [3, 4],
    ],
    [[2, 4]],
    'float32',
  ],
  ['f', 1, 'step', 'hook', '/lit.ts', 12, 3],
  ['f', 2, 'fit', 'run'],
  [2, 1, 0, 30, 5, 0, 32],
  ['o', 0, -1, 2, 0],
  [1, 0, 1, 20, 40],
  ['k', 8, 55],
  [0, -1, 2, 0, 100],
  ['e', 101],
);

describe('readSpans', () => {
  it('puts each span into the one around it, in the order of their beginning', () => {
    const { spans, ...rest } = readSpans(WHOLE);
    expect(spans).toEqual([
      { name: 'fit', category: 'run', startUs: 0, durationUs: 100, depth: 0, parent: -1 },
      {
        name: 'step',
        category: 'hook',
        startUs: 20,
        durationUs: 40,
        depth: 1,
        parent: 0,
        source: { file: '/lit.ts', line: 12, column: 3 },
      },
      {
        name: 'MatMul',
        category: 'kernel',
        startUs: 30,
        durationUs: 5,
        depth: 2,
        parent: 1,
        kernel: {
          inputs: [
            [2, 3],
            [3, 4],
          ],
          outputs: [[2, 4]],
          dtype: 'float32',
        },
        bytes: 32,
      },
    ]);
    expect(rest).toEqual({
      stage: 'fit',
      pid: 7,
      startedAt: 1000,
      sampling: [{ stride: 8, fromUs: 55 }],
      endUs: 101,
      isComplete: true,
      skippedLines: 0,
    });
  });

  it('reads every beginning of a file, as a kill leaves it, without a broken line', () => {
    for (let length = 0; length <= WHOLE.length; length++) {
      const { spans, skippedLines } = readSpans(WHOLE.slice(0, length));
      expect(skippedLines).toBe(0);
      for (const [index, { parent }] of spans.entries()) expect(parent).toBeLessThan(index);
    }
  });

  it('tells of what has not ended up to the last time that is known', () => {
    const { spans, isComplete } = readSpans(
      file(['f', 2, 'fit', 'run'], ['o', 0, -1, 2, 10], ['f', 3, 'x', 'user'], [1, 0, 3, 20, 30]),
    );
    expect(isComplete).toBe(false);
    expect(spans.map(({ name, durationUs, isOpen }) => [name, durationUs, isOpen])).toEqual([
      ['fit', 40, true],
      ['x', 30, undefined],
    ]);
  });

  it('gives the same for pieces of any length', async () => {
    for (const size of [1, 7, 64]) {
      async function* pieces() {
        for (let at = 0; at < WHOLE.length; at += size) yield WHOLE.slice(at, at + size);
      }
      expect(await readSpans(pieces())).toEqual(readSpans(WHOLE));
    }
  });

  it.each([
    ['half a line', '[1,2,3'],
    ['no JSON', 'hello'],
    ['a frame that is not there', [1, -1, 99, 0, 1]],
    ['an object', { id: 1 }],
    ['a time below 0', [1, -1, 0, -5, 1]],
    ['a duration that is none', [1, -1, 0, 5, '1']],
    ['a parent that comes later', [1, 2, 0, 5, 1]],
    ['a category of its own', ['f', 5, 'x', 'hologram']],
    ['a name that is none', ['f', 5, 7, 'hook']],
    ['shapes that are none', ['d', 5, [[-1]], [[1]], 'float32']],
    ['a tag that is none', [null, 1]],
    ['a line without end', `["f",5,"${'x'.repeat(70_000)}","hook"]`],
  ])('skips and counts %s', (_, line) => {
    const { spans, skippedLines } = readSpans(file(['f', 0, 'x', 'user'], line, [3, -1, 0, 1, 1]));
    expect(skippedLines).toBe(1);
    expect(spans).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['another file', '{"format":"other"}\n[1,-1,0,0,1]\n'],
    ['a later version', `${JSON.stringify({ format: SPAN_FORMAT, version: 99, stage: 'fit', pid: 1, time: 1 })}\n`],
  ])('reads no span from %s', (_, text) => {
    expect(readSpans(text).spans).toEqual([]);
  });

  it('leaves out lines of kinds that come later', () => {
    expect(readSpans(file(['z', 1, 2])).skippedLines).toBe(0);
  });

  it('keeps names like __proto__ as names', () => {
    const { spans } = readSpans(file(['f', 0, '__proto__', 'user'], [0, -1, 0, 0, 1]));
    expect(spans[0]?.name).toBe('__proto__');
    expect(({} as Record<string, unknown>).depth).toBeUndefined();
  });

  it('takes no more than its limits', () => {
    const lines = Array.from({ length: 10 }, (_, id) => [id, -1, 0, id, 1]);
    const { spans, skippedLines } = readSpans(file(['f', 0, 'x', 'user'], ['f', 1, 'y', 'user'], ...lines), {
      spans: 4,
      entries: 1,
    });
    expect([spans.length, skippedLines]).toEqual([4, 7]);
  });
});

describe('SpanReader', () => {
  it('follows a file that grows', () => {
    const reader = new SpanReader();
    reader.push(file(['f', 0, 'fit', 'run'], ['o', 0, -1, 0, 0]));
    expect(reader.profile.spans[0]?.isOpen).toBe(true);
    reader.push(new TextEncoder().encode('[0,-1,0,0,'));
    reader.push('9]\n["e",9]\n');
    expect(reader.profile.spans).toEqual([
      { name: 'fit', category: 'run', startUs: 0, durationUs: 9, depth: 0, parent: -1 },
    ]);
    expect(reader.profile.isComplete).toBe(true);
  });
});
