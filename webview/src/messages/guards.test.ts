import { describe, expect, it } from 'vitest';
import { isHostMessage, isPageMessage } from './guards.js';
import type { DeltaMessage, SnapshotMessage } from './messages.js';

const run = { id: 'r1', title: 'Lit', subtitle: 'fit', state: 'running', progress: null, end: null } as const;
const series = {
  name: 'loss',
  keep: 0,
  x: Float64Array.of(0, 1),
  y: Float64Array.of(2, Number.NaN),
  total: 2,
  notFinite: 1,
  last: Number.NaN,
};
const snapshot: SnapshotMessage = { type: 'snapshot', seq: 1, run, series: [series], notices: [] };
const delta: DeltaMessage = {
  type: 'delta',
  seq: 2,
  run,
  series: [],
  notices: [{ kind: 'warning', time: 1, text: 'x' }],
};

describe('isHostMessage', () => {
  it.each([
    ['a snapshot', snapshot],
    ['a snapshot before the first run', { ...snapshot, run: null, series: [] }],
    ['a delta', delta],
  ])('accepts %s', (_name, message) => {
    expect(isHostMessage(message)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['an unknown type', { ...snapshot, type: 'reset' }],
    ['a delta without a run', { ...delta, run: null }],
    ['an unknown state', { ...delta, run: { ...run, state: 'dreaming' } }],
    ['axes of two lengths', { ...snapshot, series: [{ ...series, y: Float64Array.of(1) }] }],
    ['plain arrays for points', { ...snapshot, series: [{ ...series, x: [0, 1], y: [1, 2] }] }],
    ['a negative keep', { ...snapshot, series: [{ ...series, keep: -1 }] }],
    ['a notice without text', { ...delta, notices: [{ kind: 'info', time: 1 }] }],
  ])('refuses %s', (_name, message) => {
    expect(isHostMessage(message)).toBe(false);
  });
});

describe('isPageMessage', () => {
  it.each(['ready', 'resync', 'stop', 'show-error', 'show-logs'])('accepts %s', (type) => {
    expect(isPageMessage({ type })).toBe(true);
  });

  it.each([null, 'ready', { type: 'eval' }, { command: 'stop' }])('refuses %j', (message) => {
    expect(isPageMessage(message)).toBe(false);
  });
});
