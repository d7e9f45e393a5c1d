import { describe, expect, it } from 'vitest';
import type { FlameSpansMessage } from '../messages/index.js';
import { hitTest, leftHeavy, timeOrdered } from './layout.js';
import { firstChild, neighbour } from './neighbours.js';
import { search } from './search.js';
import { SpanTable } from './spanTable.js';
import { visitRow } from './visitRow.js';

type Span = readonly [frame: number, parent: number, start: number, duration: number];
const NAMES = ['fit', 'batch', 'step', 'MatMul', 'Relu'];

function message(spans: readonly Span[], more: Partial<FlameSpansMessage> = {}): FlameSpansMessage {
  return {
    type: 'flame-spans',
    seq: 1,
    reset: true,
    keep: 0,
    changed: new Uint32Array(0),
    changedDuration: new Float64Array(0),
    spans: {
      frame: Uint32Array.from(spans, ([frame]) => frame),
      parent: Int32Array.from(spans, ([, parent]) => parent),
      start: Float64Array.from(spans, ([, , start]) => start),
      duration: Float64Array.from(spans, ([, , , duration]) => duration),
      shapes: new Int32Array(spans.length).fill(-1),
      bytes: new Float64Array(spans.length).fill(-1),
    },
    frames: NAMES.map((name) => ({ name, category: 'hook', source: null, canOpen: false })),
    shapes: [],
    title: '',
    state: 'complete',
    endUs: 0,
    isSampled: false,
    skipped: 0,
    more: false,
    ...more,
  };
}

function tableOf(spans: readonly Span[]): SpanTable {
  const table = new SpanTable();
  table.apply(message(spans));
  return table;
}

/** fit 0–100: batch 0–40 (step 5–30), batch 50–100 (step 55–95, in it MatMul 60–70). */
const RUN: readonly Span[] = [
  [0, -1, 0, 100],
  [1, 0, 0, 40],
  [2, 1, 5, 25],
  [1, 0, 50, 50],
  [2, 3, 55, 40],
  [3, 4, 60, 10],
];

describe('SpanTable', () => {
  it('sums by name, without what is inside', () => {
    const { totals } = tableOf(RUN);
    expect(totals[1]).toEqual({ count: 2, total: 90, self: 25, mean: 45 });
    expect(totals[2]).toEqual({ count: 2, total: 65, self: 55, mean: 32.5 });
  });

  it('counts a name inside of itself once', () => {
    const { totals } = tableOf([
      [2, -1, 0, 100],
      [2, 0, 10, 50],
    ]);
    expect(totals[2]).toMatchObject({ count: 2, total: 100, self: 100 });
  });

  it('takes a delta: spans that ended, and new ones', () => {
    const table = tableOf(RUN);
    const added = message([[4, 0, 110, 5]], {
      seq: 2,
      reset: false,
      keep: 6,
      changed: Uint32Array.of(0),
      changedDuration: Float64Array.of(120),
      frames: [],
    });
    expect(table.apply(added)).toBe(true);
    expect([table.count, table.duration[0], table.frameOf(6).name, table.depth[6]]).toEqual([7, 120, 'Relu', 1]);
  });

  it('asks for everything when a message is missing', () => {
    const table = tableOf(RUN);
    expect(table.apply(message([], { seq: 3, reset: false, keep: 6 }))).toBe(false);
    expect(table.apply(message([], { seq: 4, reset: false, keep: 6 }))).toBe(false);
    expect(table.apply(message(RUN, { seq: 5 }))).toBe(true);
  });

  it('lets no span be inside of a later one', () => {
    const table = tableOf([
      [0, 1, 0, 10],
      [1, 0, 0, 10],
    ]);
    expect([...table.parent.subarray(0, 2)]).toEqual([-1, 0]);
    expect(table.totals[0]).toMatchObject({ count: 1 });
  });
});

describe('timeOrdered', () => {
  it('puts each span where it was, a row below the one around it', () => {
    const { rows, start, end } = timeOrdered(tableOf(RUN));
    expect(rows.map((row) => [...row])).toEqual([[0], [1, 3], [2, 4], [5]]);
    expect([...start]).toEqual([0, 0, 5, 50, 55, 60]);
    expect(end).toBe(100);
  });

  it('orders rows whose spans came in another order', () => {
    const { rows } = timeOrdered(
      tableOf([
        [0, -1, 50, 5],
        [0, -1, 10, 5],
      ]),
    );
    expect([...(rows[0] ?? [])]).toEqual([1, 0]);
  });
});

describe('leftHeavy', () => {
  it('merges the same names in the same place, heaviest first', () => {
    const boxes = leftHeavy(
      tableOf([
        [0, -1, 0, 100],
        [3, 0, 0, 10],
        [4, 0, 10, 30],
        [3, 0, 40, 15],
        [4, 0, 60, 5],
      ]),
    );
    const of = (row: number) =>
      [...(boxes.rows[row] ?? [])].map((box) => [
        NAMES[boxes.frame[box] ?? 0],
        boxes.start[box],
        boxes.width[box],
        boxes.spans[box],
        boxes.span[box],
      ]);
    expect(of(0)).toEqual([['fit', 0, 100, 1, 0]]);
    expect(of(1)).toEqual([
      ['Relu', 0, 35, 2, 2],
      ['MatMul', 35, 25, 2, 3],
    ]);
    expect(boxes.self[0]).toBe(40);
  });

  it('keeps the same name in other places apart', () => {
    const { count } = leftHeavy(tableOf([...RUN, [3, 0, 96, 2]]));
    expect(count).toBe(5);
  });
});

describe('hitTest', () => {
  const boxes = timeOrdered(tableOf(RUN));
  it.each([
    ['in a box', 1, 45 - 40, 1],
    ['at its left edge', 1, 50, 3],
    ['between two', 1, 45, -1],
    ['below all', 9, 5, -1],
    ['above all', -1, 5, -1],
  ])('%s', (_name, row, x, box) => {
    expect(hitTest(boxes, row, x, 0)).toBe(box);
  });

  it('finds boxes that are too narrow to be met', () => {
    expect(hitTest(boxes, 3, 58, 2.5)).toBe(5);
  });
});

describe('keyboard neighbours', () => {
  const boxes = timeOrdered(tableOf(RUN));
  it('go to the first child, and along the row', () => {
    expect([firstChild(boxes, 0), firstChild(boxes, 3), firstChild(boxes, 5)]).toEqual([1, 4, -1]);
    expect([neighbour(boxes, 1, 1), neighbour(boxes, 3, -1), neighbour(boxes, 3, 1)]).toEqual([3, 1, -1]);
  });
});

describe('search', () => {
  it('finds names whatever their case, in the order of time', () => {
    const table = tableOf(RUN);
    const found = search(timeOrdered(table), table.frames, ' BATCH ');
    expect([...(found?.boxes ?? [])]).toEqual([1, 3]);
    expect(search(timeOrdered(table), table.frames, 'x')?.boxes.length).toBe(0);
    expect(search(timeOrdered(table), table.frames, ' ')).toBeUndefined();
  });
});

describe('visitRow', () => {
  const runsOf = (spans: readonly Span[], from: number, span: number, pixels: number) => {
    const boxes = timeOrdered(tableOf(spans));
    const runs: (readonly [number, number, number, boolean])[] = [];
    visitRow(boxes.rows[0] ?? new Uint32Array(0), boxes, { from, span }, pixels, (...run) => runs.push(run));
    return runs;
  };
  const many = Array.from({ length: 10_000 }, (_, i): Span => [3, -1, i, 0.9]);

  it('draws what is wide enough, cut to what is seen', () => {
    expect(
      runsOf(
        [
          [0, -1, 0, 50],
          [0, -1, 60, 30],
          [0, -1, 200, 9],
        ],
        25,
        50,
        100,
      ),
    ).toEqual([
      [0, 0, 50, false],
      [1, 70, 30, false],
    ]);
  });

  it('merges what is narrower than a pixel into a few runs', () => {
    const runs = runsOf(many, 0, 10_000, 100);
    expect(runs).toEqual([[0, 0, 100, true]]);
  });

  it('leaves no wide box out among narrow ones', () => {
    const spans = many
      .map((span, i): Span => (i === 5005 ? [0, -1, 5005, 400] : span))
      .filter(([, , at]) => at <= 5005 || at > 5405);
    expect(
      runsOf(spans, 0, 10_000, 100).some(([box, , width, isMerged]) => box === 5005 && width === 4 && !isMerged),
    ).toBe(true);
  });

  it('shows a gap as a gap', () => {
    const spans = many.filter(([, , at]) => at < 4000 || at >= 6000);
    expect(runsOf(spans, 0, 10_000, 100).map(([, left, width]) => [left, width])).toEqual([
      [0, 40],
      [60, 40],
    ]);
  });
});
