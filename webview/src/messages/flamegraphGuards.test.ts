import { describe, expect, it } from 'vitest';
import { isFlameHostMessage, isFlamePageMessage } from './flamegraphGuards.js';

const spans = {
  frame: new Uint32Array(1),
  parent: new Int32Array(1),
  start: new Float64Array(1),
  duration: new Float64Array(1),
  shapes: new Int32Array(1),
  bytes: new Float64Array(1),
};
const message = {
  type: 'flame-spans',
  seq: 1,
  reset: true,
  keep: 0,
  changed: new Uint32Array(0),
  changedDuration: new Float64Array(0),
  spans,
  frames: [{ name: 'fit', category: 'run', source: null, canOpen: false }],
  shapes: [],
  title: '',
  state: 'live',
  endUs: 1,
  isSampled: false,
  skipped: 0,
  more: false,
};

describe('isFlameHostMessage', () => {
  it('takes what the host says', () => {
    expect(isFlameHostMessage(message)).toBe(true);
    expect(isFlameHostMessage({ type: 'flame-status', seq: 1, status: 'waiting', text: '' })).toBe(true);
  });

  it.each([
    ['nothing', null],
    ['another type', { ...message, type: 'snapshot' }],
    ['a negative number', { ...message, seq: -1 }],
    ['uneven columns', { ...message, spans: { ...spans, start: new Float64Array(2) } }],
    ['columns of another kind', { ...message, spans: { ...spans, parent: [0] } }],
    ['uneven changes', { ...message, changed: new Uint32Array(1) }],
    ['a frame of no category', { ...message, frames: [{ name: '', category: 'x', source: null, canOpen: false }] }],
    ['a state that is none', { ...message, state: 'x' }],
  ])('refuses %s', (_name, value) => expect(isFlameHostMessage(value)).toBe(false));
});

describe('isFlamePageMessage', () => {
  it.each([
    [{ type: 'ready' }, true],
    [{ type: 'open-source', frame: 3 }, true],
    [{ type: 'open-source', frame: '/etc/passwd' }, false],
    [{ type: 'open-source' }, false],
    [{ type: 'stop' }, false],
    ['ready', false],
  ])('%j: %j', (value, expected) => expect(isFlamePageMessage(value)).toBe(expected));
});
