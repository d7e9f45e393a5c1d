import { describe, expect, it } from 'vitest';
import type { DeltaMessage, RunView, SeriesView, SnapshotMessage } from './messages/index.js';
import { PageState } from './pageState.js';

const run: RunView = { id: 'r1', title: 'Lit', subtitle: 'fit', state: 'running', progress: null, end: null };
const view = (name: string, keep: number, ...points: [number, number][]): SeriesView => ({
  name,
  keep,
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
  total: keep + points.length,
  notFinite: 0,
  last: points.at(-1)?.[1] ?? Number.NaN,
});
const snapshot = (seq: number, ...series: SeriesView[]): SnapshotMessage => ({
  type: 'snapshot',
  seq,
  run,
  series,
  notices: [],
});
const delta = (seq: number, ...series: SeriesView[]): DeltaMessage => ({
  type: 'delta',
  seq,
  run,
  series,
  notices: [],
});

describe('PageState', () => {
  it('keeps what a delta says to keep, and appends the rest', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('loss', 0, [0, 3], [1, 2])));
    state.apply(delta(2, view('loss', 1, [1, 1.5], [2, 1])));
    expect(state.series[0]?.points).toEqual([
      { x: 0, y: 3 },
      { x: 1, y: 1.5 },
      { x: 2, y: 1 },
    ]);
  });

  it('names the metrics that changed, and only these', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('a', 0, [0, 1]), view('b', 0, [0, 1])));
    expect(state.apply(delta(2, view('b', 1, [1, 2])))?.series.map(({ name }) => name)).toEqual(['b']);
  });

  it('asks for all anew when a message is missing, and takes no delta until it comes', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('loss', 0, [0, 3])));
    expect(state.apply(delta(3))).toBeUndefined();
    expect(state.apply(delta(4))).toBeUndefined();
    expect(state.apply(snapshot(5))?.everything).toBe(true);
    expect(state.series).toEqual([]);
    expect(state.apply(delta(6))).toBeDefined();
  });

  it('takes no delta before the first snapshot', () => {
    expect(new PageState().apply(delta(1))).toBeUndefined();
  });

  it('keeps the newest notices and drops the oldest', () => {
    const state = new PageState();
    state.apply(snapshot(1));
    const notices = Array.from({ length: 300 }, (_, time) => ({ kind: 'info' as const, time, text: `${time}` }));
    state.apply({ ...delta(2), notices });
    expect(state.notices.length).toBe(200);
    expect(state.notices.at(-1)?.text).toBe('299');
  });

  it('holds a metric of a hostile name as any other', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('__proto__', 0, [0, 1])));
    expect(state.series.map(({ name }) => name)).toEqual(['__proto__']);
  });
});
