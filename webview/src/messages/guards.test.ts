import { describe, expect, it } from 'vitest';
import { isHostMessage, isPageMessage } from './guards.js';
import type { DeltaMessage, SnapshotMessage } from './messages.js';

const run = {
  id: 'r1',
  title: 'Lit',
  subtitle: 'fit',
  state: 'running',
  progress: null,
  end: null,
  color: 0,
  startedAt: 1,
  hparams: [{ name: 'lr', value: 0.1 }],
  metrics: [{ name: 'loss', value: Number.NaN }],
} as const;
const series = {
  run: 'r1',
  name: 'loss',
  keep: 0,
  x: Float64Array.of(0, 1),
  y: Float64Array.of(2, Number.NaN),
  epoch: Float64Array.of(0, 0),
  time: Float64Array.of(1, 2),
  total: 2,
  notFinite: 1,
  last: Number.NaN,
};
const snapshot: SnapshotMessage = {
  type: 'snapshot',
  seq: 1,
  runs: [run],
  selected: ['r1'],
  series: [series],
  notices: [],
  checkpoints: [{ run: 'r1', file: 'last.ckpt', step: 3, epoch: 0, time: 1, monitor: null, score: null }],
};
const delta: DeltaMessage = {
  type: 'delta',
  seq: 2,
  runs: [run],
  series: [],
  notices: [{ run: 'r1', kind: 'warning', time: 1, text: 'x' }],
  checkpoints: [],
};

describe('isHostMessage', () => {
  it.each([
    ['a snapshot', snapshot],
    ['a snapshot before the first run', { ...snapshot, runs: [], selected: [], series: [] }],
    ['a delta', delta],
    ['a window', { type: 'window', metric: 'loss', axis: 'step', from: 0, to: 10, series: [series] }],
  ])('accepts %s', (_name, message) => {
    expect(isHostMessage(message)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['an unknown type', { ...snapshot, type: 'reset' }],
    ['a delta with half a run', { ...delta, runs: [{ id: 'r1' }] }],
    ['an unknown state', { ...delta, runs: [{ ...run, state: 'dreaming' }] }],
    ['axes of two lengths', { ...snapshot, series: [{ ...series, y: Float64Array.of(1) }] }],
    ['plain arrays for points', { ...snapshot, series: [{ ...series, x: [0, 1], y: [1, 2] }] }],
    ['a negative keep', { ...snapshot, series: [{ ...series, keep: -1 }] }],
    ['a notice without text', { ...delta, notices: [{ kind: 'info', time: 1 }] }],
  ])('refuses %s', (_name, message) => {
    expect(isHostMessage(message)).toBe(false);
  });
});

describe('isPageMessage', () => {
  it.each([
    { type: 'ready' },
    { type: 'resync' },
    { type: 'show-logs' },
    { type: 'stop', run: 'r1' },
    { type: 'show-error', run: 'r1' },
    { type: 'select', runs: ['a', 'b'] },
    { type: 'window', metric: '__proto__', axis: 'epoch', from: -1, to: 2.5 },
    { type: 'export-image', name: 'loss', bytes: new Uint8Array(3) },
    { type: 'export-csv', metric: 'loss' },
  ])('accepts $type', (message) => {
    expect(isPageMessage(message)).toBe(true);
  });

  it.each([
    null,
    'ready',
    { type: 'eval' },
    { command: 'stop' },
    { type: 'stop' },
    { type: 'select', runs: Array.from({ length: 21 }, String) },
    { type: 'window', metric: 'loss', axis: 'mood', from: 0, to: 1 },
    { type: 'window', metric: 'loss', axis: 'step', from: 0, to: Number.POSITIVE_INFINITY },
    { type: 'export-image', name: 'loss', bytes: 'abc' },
  ])('refuses %j', (message) => {
    expect(isPageMessage(message)).toBe(false);
  });
});
