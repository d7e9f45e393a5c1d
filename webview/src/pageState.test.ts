import { describe, expect, it } from 'vitest';
import type { DeltaMessage, RunView, SeriesView, SnapshotMessage } from './messages/index.js';
import { PageState } from './pageState.js';

const run: RunView = {
  id: 'r1',
  title: 'Lit',
  subtitle: 'fit',
  state: 'running',
  progress: null,
  end: null,
  color: 0,
  startedAt: 0,
  hparams: [],
  metrics: [],
};
const view = (name: string, keep: number, ...points: [number, number][]): SeriesView => ({
  run: 'r1',
  name,
  keep,
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
  epoch: Float64Array.from(points, () => 0),
  time: Float64Array.from(points, ([x]) => x * 10),
  total: keep + points.length,
  notFinite: 0,
  last: points.at(-1)?.[1] ?? Number.NaN,
});
const rest = { notices: [], checkpoints: [] };
const snapshot = (seq: number, ...series: SeriesView[]): SnapshotMessage => ({
  type: 'snapshot',
  seq,
  runs: [run, { ...run, id: 'r2', color: 1 }],
  selected: ['r1'],
  series,
  ...rest,
});
const delta = (seq: number, ...series: SeriesView[]): DeltaMessage => ({
  type: 'delta',
  seq,
  runs: [],
  series,
  ...rest,
});

describe('PageState', () => {
  it('keeps what a delta says to keep, and appends the rest', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('loss', 0, [0, 3], [1, 2])));
    state.apply(delta(2, view('loss', 1, [1, 1.5], [2, 1])));
    expect(state.seriesOf('loss')[0]?.points).toEqual([
      { step: 0, y: 3, epoch: 0, time: 0 },
      { step: 1, y: 1.5, epoch: 0, time: 10 },
      { step: 2, y: 1, epoch: 0, time: 20 },
    ]);
  });

  it('names the metrics that changed, and only these', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('a', 0, [0, 1]), view('b', 0, [0, 1])));
    expect(state.apply(delta(2, view('b', 1, [1, 2])))?.metrics).toEqual(['b']);
  });

  it('changes the runs that a delta names, and leaves the others', () => {
    const state = new PageState();
    state.apply(snapshot(1));
    state.apply({ ...delta(2), runs: [{ ...run, state: 'failed' }] });
    expect(state.runs.map(({ id, state }) => [id, state])).toEqual([
      ['r1', 'failed'],
      ['r2', 'running'],
    ]);
    expect(state.shown.map(({ id }) => id)).toEqual(['r1']);
  });

  it('keeps runs apart', () => {
    const state = new PageState();
    const other = { ...view('loss', 0, [0, 9]), run: 'r2' };
    state.apply({ ...snapshot(1, view('loss', 0, [0, 1]), other), selected: ['r2', 'r1'] });
    expect(state.seriesOf('loss').map(({ run, last }) => [run, last])).toEqual([
      ['r2', 9],
      ['r1', 1],
    ]);
  });

  it('keeps a sharp part beside the whole, until all comes anew', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('loss', 0, [0, 3])));
    const part = { type: 'window', metric: 'loss', axis: 'step', from: 0, to: 5 } as const;
    expect(state.apply({ ...part, series: [view('loss', 0, [2, 1])] })?.metrics).toEqual(['loss']);
    expect(state.windowOf('loss')).toMatchObject({ from: 0, to: 5 });
    expect(state.apply(delta(2))).toBeDefined();
    state.apply(snapshot(3));
    expect(state.windowOf('loss')).toBeUndefined();
  });

  it('asks for all anew when a message is missing, and takes no delta until it comes', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('loss', 0, [0, 3])));
    expect(state.apply(delta(3))).toBeUndefined();
    expect(state.apply(delta(4))).toBeUndefined();
    expect(state.apply(snapshot(5))?.everything).toBe(true);
    expect(state.metrics).toEqual([]);
    expect(state.apply(delta(6))).toBeDefined();
  });

  it('takes no delta before the first snapshot', () => {
    expect(new PageState().apply(delta(1))).toBeUndefined();
  });

  it('keeps the newest notices and drops the oldest', () => {
    const state = new PageState();
    state.apply(snapshot(1));
    const notices = Array.from({ length: 300 }, (_, time) => ({
      run: 'r1',
      kind: 'info' as const,
      time,
      text: `${time}`,
    }));
    state.apply({ ...delta(2), notices });
    expect(state.notices.length).toBe(200);
    expect(state.notices.at(-1)?.text).toBe('299');
  });

  it('holds a metric of a hostile name as any other', () => {
    const state = new PageState();
    state.apply(snapshot(1, view('__proto__', 0, [0, 1]), view('constructor', 0, [0, 1])));
    expect(state.metrics).toEqual(['__proto__', 'constructor']);
  });
});
