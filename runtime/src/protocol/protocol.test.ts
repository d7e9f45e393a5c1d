import { describe, expect, it } from 'vitest';
import {
  fromWireNumber,
  isRunCommand,
  isRunEvent,
  PROTOCOL_VERSION,
  parseRunCommand,
  parseRunEvent,
  type RunEvent,
  toWireNumber,
} from './index.js';

const EVENTS: RunEvent[] = [
  {
    type: 'run-started',
    time: 1,
    protocol: PROTOCOL_VERSION,
    runId: 'a',
    pid: 2,
    kind: 'fit',
    moduleName: 'Lit',
    logDir: null,
    engine: { accelerator: 'cpu', backend: 'wasm', why: 'it is there' },
    options: { maxEpochs: 3 },
    hparams: {},
    summary: { rows: [{ name: 'net', type: 'Sequential', params: 10 }], trainable: 10, total: 10 },
  },
  { type: 'stage', time: 1, stage: 'sanity-check', state: 'start', epoch: 0 },
  {
    type: 'progress',
    time: 1,
    stage: 'train',
    epoch: 0,
    maxEpochs: null,
    batch: 1,
    totalBatches: null,
    globalStep: 1,
    batchesPerSecond: 2.5,
    metrics: { loss: 'nan' },
  },
  {
    type: 'metrics',
    time: 1,
    step: [0, 1],
    epoch: [0, 0],
    times: [1, 2],
    series: { loss: [0.5, null], acc: [null, 'inf'] },
  },
  {
    type: 'checkpoint',
    time: 1,
    path: '/a',
    epoch: 0,
    globalStep: 1,
    sizeBytes: 3,
    monitor: null,
    score: '-inf',
    best: '/a',
    last: null,
    removed: [],
  },
  { type: 'pause', time: 1, isPaused: true },
  {
    type: 'profile',
    time: 1,
    profiler: 'SimpleProfiler',
    files: { spans: '/run/fit-profile.spans.ndjson', trace: '/run/fit-profile.json', cpuProfile: null },
    elapsedMs: 1200,
    actions: [
      {
        name: '[LightningModule]Lit.onTrainEpochEnd',
        category: 'hook',
        count: 2,
        totalMs: 3,
        selfMs: 1,
        meanMs: 1.5,
        source: { file: '/a.ts', line: 1, column: 3 },
      },
    ],
  },
  { type: 'log', time: 1, message: 'hello' },
  { type: 'warning', time: 1, message: 'careful' },
  {
    type: 'error',
    time: 1,
    name: 'TypeError',
    code: null,
    message: 'x',
    stack: null,
    location: { file: 'a.ts', line: 1, column: 1 },
  },
  { type: 'run-ended', time: 1, reason: 'finished', epoch: 1, globalStep: 2, metrics: { loss: 1 }, checkpoint: null },
];

describe('the guards', () => {
  it.each(EVENTS)('take a whole $type event, also through a line', (event) => {
    expect(parseRunEvent(JSON.stringify(event))).toEqual(event);
  });

  it.each(
    EVENTS.flatMap((event) =>
      Object.keys(event)
        .filter((key) => key !== 'file')
        .map((key) => [event.type, key, event] as const),
    ),
  )('refuse a %s event whose %s is broken', (_type, key, event) => {
    expect(isRunEvent({ ...event, [key]: Symbol('broken') })).toBe(false);
  });

  it.each([
    ['a type from a later version', { type: 'hologram', time: 1 }],
    ['a name of Object.prototype', { type: 'constructor', time: 1 }],
    ['columns of different lengths', { ...EVENTS[3], step: [0] }],
    ['no object', 'run-started'],
    ['a list', []],
    ['null', null],
  ])('refuse %s', (_name, value) => {
    expect(isRunEvent(value)).toBe(false);
  });

  it('skip the half line that a crash leaves', () => {
    expect(parseRunEvent('{"type":"log","time":1,"mess')).toBeUndefined();
  });

  it.each([
    [{ command: 'stop' }, true],
    [{ command: 'explode' }, false],
    ['stop', false],
  ])('know the command %o: %s', (value, expected) => {
    expect(isRunCommand(value)).toBe(expected);
    expect(parseRunCommand(JSON.stringify(value)) !== undefined).toBe(expected);
  });

  it.each(['', '{', `{"command":"stop"${' '.repeat(70_000)}}`])(
    'read no command from a broken or endless line',
    (line) => {
      expect(parseRunCommand(line)).toBeUndefined();
    },
  );
});

describe('wire numbers', () => {
  it.each([0, -1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('bring %d back', (value) => {
    expect(fromWireNumber(JSON.parse(JSON.stringify(toWireNumber(value))))).toBe(value);
  });
});
