import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRunEvent, type RunEvent } from '../protocol/index.js';
import { RunEvents } from './runEvents.js';

let events: RunEvents;
let heard: RunEvent[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  events = new RunEvents(() => ({ globalStep: 1, maxEpochs: 3, progressBarMetrics: { loss: Number.NaN } }));
  heard = [];
  events.listen((event) => heard.push(event));
});
afterEach(() => {
  vi.useRealTimers();
});

const END = { type: 'run-ended', reason: 'finished', epoch: 1, globalStep: 1, metrics: {}, checkpoint: null } as const;
const ofType = (type: RunEvent['type']) => heard.filter((event) => event.type === type);

describe('RunEvents', () => {
  it.each([
    ['long epochs', 100_000],
    ['short epochs', 3],
  ])('sends no more than ten messages a second, and a first burst: %s', (_name, batches) => {
    for (let batch = 0; batch < 20_000; batch++) {
      vi.advanceTimersByTime(1); // a thousand batches a second, for 20 seconds
      if (batch % batches === 0) events.stage('validate', 'start', 0);
      events.addRow(batch, 0, { loss: batch });
      events.batchDone('train', Math.floor(batch / batches), (batch % batches) + 1, batches);
    }
    const perSecond = ['progress', 'metrics', 'stage'] as const;
    for (const type of perSecond) expect(ofType(type).length).toBeLessThanOrEqual(20 * 10 + 11);
  });

  it('loses no row, whatever its cadence', () => {
    for (let step = 0; step < 1000; step++) {
      vi.advanceTimersByTime(7);
      events.addRow(step, 0, step % 2 === 0 ? { a: step } : { b: step });
    }
    events.send(END);
    const rows = heard.flatMap((event) => (event.type === 'metrics' ? [...event.step] : []));
    expect(rows).toEqual(Array.from({ length: 1000 }, (_, step) => step));
    expect(heard.at(-1)?.type).toBe('run-ended');
  });

  it('puts null where a row has no value, and text where JSON has no number', () => {
    events.addRow(0, 0, { a: 1 }); // the first goes at once
    events.addRow(1, 0, { a: Number.POSITIVE_INFINITY });
    events.addRow(2, 0, { b: 2 });
    events.send(END);
    expect(ofType('metrics')[1]).toMatchObject({ step: [1, 2], series: { a: ['inf', null], b: [null, 2] } });
  });

  it('knows the stage, also where stages lie in each other', () => {
    const seen: unknown[] = [events.currentStage];
    for (const [stage, state] of [
      ['train', 'start'],
      ['validate', 'start'],
      ['validate', 'end'],
      ['train', 'end'],
    ] as const) {
      events.stage(stage, state, 0);
      seen.push(events.currentStage);
    }
    expect(seen).toEqual([undefined, 'train', 'validate', 'train', undefined]);
  });

  it('writes what listeners hear into the run directory', () => {
    const directory = mkdtempSync(join(tmpdir(), 'lightning-events-'));
    events.openFile(directory);
    events.stage('train', 'start', 0);
    events.addRow(0, 0, { loss: 1 });
    events.send(END);
    events.close();
    const lines = readFileSync(join(directory, 'run.ndjson'), 'utf8').trim().split('\n');
    expect(lines.map(parseRunEvent)).toEqual(heard);
  });

  it('drops a listener that throws, and goes on', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    events.listen(() => {
      throw new Error('broken display');
    });
    events.stage('train', 'start', 0);
    events.stage('train', 'end', 0);
    expect(ofType('stage')).toHaveLength(2);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });
});
