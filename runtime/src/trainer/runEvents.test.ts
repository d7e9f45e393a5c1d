import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRunEvent, type RunEvent, unpackMetrics } from '../protocol/index.js';
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
const stepsIn = (list: readonly (RunEvent | undefined)[]) =>
  list.flatMap((event) => (event?.type === 'metrics' ? [...unpackMetrics(event).step] : []));
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
    expect(heard.length).toBeLessThanOrEqual(20 * 10 + 11);
    for (const type of ['progress', 'metrics'] as const) expect(ofType(type).length).toBeGreaterThan(20);
  });

  it('loses no row, whatever its cadence', () => {
    for (let step = 0; step < 1000; step++) {
      vi.advanceTimersByTime(7);
      events.addRow(step, 0, step % 2 === 0 ? { a: step } : { b: step });
    }
    events.send(END);
    const rows = stepsIn(heard);
    expect(rows).toEqual(Array.from({ length: 1000 }, (_, step) => step));
    expect(heard.at(-1)?.type).toBe('run-ended');
  });

  it('keeps rows apart that have other metrics, and numbers that JSON has not', () => {
    events.addRow(0, 0, { a: 1 }); // the first goes at once
    events.addRow(1, 0, { a: Number.POSITIVE_INFINITY });
    events.addRow(2, 0, { b: 2 });
    events.send(END);
    const event = parseRunEvent(JSON.stringify(ofType('metrics')[1]));
    const rows = event?.type === 'metrics' ? unpackMetrics(event) : undefined;
    expect(rows && [...rows.step]).toEqual([1, 2]);
    expect(Object.fromEntries(rows?.series ?? [])).toEqual({
      a: { rows: Uint32Array.of(0), values: Float64Array.of(Number.POSITIVE_INFINITY) },
      b: { rows: Uint32Array.of(1), values: Float64Array.of(2) },
    });
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

  describe('in run.ndjson', () => {
    let directory: string;
    const written = () =>
      readFileSync(join(directory, 'run.ndjson'), 'utf8').trim().split('\n').map(parseRunEvent) as (
        | RunEvent
        | undefined
      )[];

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'lightning-events-'));
      events.openFile(directory);
    });

    it('writes what listeners hear', () => {
      events.stage('train', 'start', 0);
      events.addRow(0, 0, { loss: 1 });
      events.send(END);
      events.close();
      expect(written()).toEqual(heard);
    });

    it('writes every row of a fast run, few reports of progress, and the last of them', () => {
      for (let batch = 0; batch < 30_000; batch++) {
        vi.advanceTimersByTime(1);
        events.addRow(batch, 0, { loss: Math.fround(1 / (batch + 1)) });
        events.batchDone('train', 0, batch + 1, 30_000);
      }
      events.send(END);
      events.close();
      const lines = written();
      expect(stepsIn(lines)).toEqual(Array.from({ length: 30_000 }, (_, step) => step));
      const progress = lines.flatMap((event) => (event?.type === 'progress' ? event : []));
      expect(progress.length).toBeLessThanOrEqual(32);
      expect(progress.at(-1)?.batch).toBe(
        ofType('progress')
          .flatMap((e) => (e.type === 'progress' ? e.batch : []))
          .at(-1),
      );
      expect(lines.at(-1)?.type).toBe('run-ended');
    });

    it.each([
      ['a fast run', 0.1],
      ['a run of ten milliseconds a step', 10],
      ['a run of a second a step', 1000],
    ])('stays below 40 bytes a step: %s', (_name, stepMs) => {
      const steps = 100_000;
      for (let batch = 0; batch < steps; batch++) {
        vi.setSystemTime(1_700_000_000_000 + batch * stepMs);
        vi.advanceTimersByTime(stepMs);
        events.addRow(batch, Math.floor(batch / 1000), { train_loss: Math.fround(Math.sin(batch) ** 2) });
        events.batchDone('train', Math.floor(batch / 1000), (batch % 1000) + 1, 1000);
      }
      events.send(END);
      events.close();
      expect(statSync(join(directory, 'run.ndjson')).size / steps).toBeLessThan(40);
    });

    it('keeps what waits when the process is ended by its own code', () => {
      events.addRow(0, 0, { loss: 1 });
      events.addRow(1, 0, { loss: 2 });
      for (const listener of process.listeners('exit').slice(-1)) listener(0);
      expect(stepsIn(written())).toEqual([0, 1]);
    });

    it('takes a directory that cannot be written for no reason to stop', () => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      events.openFile(join(directory, 'run.ndjson'));
      events.addRow(0, 0, { loss: 1 });
      events.send(END);
      expect(warned).toHaveBeenCalledTimes(1);
      warned.mockRestore();
    });
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
