import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PROTOCOL_VERSION,
  packMetrics,
  type RunEndReason,
  type RunEvent,
  type RunStartedEvent,
} from '../protocol/index.js';

/** A run directory that a test writes, as a Trainer would. */
export class TestRun {
  readonly directory = mkdtempSync(join(tmpdir(), 'lightning-run-'));
  readonly file = join(this.directory, 'run.ndjson');

  write(...events: readonly RunEvent[]): void {
    this.writeText(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }

  writeText(text: string): void {
    appendFileSync(this.file, text);
  }
}

/** The first line, of this process unless told otherwise. */
export function started(changes: Partial<RunStartedEvent> = {}): RunStartedEvent {
  return {
    type: 'run-started',
    time: Date.now(),
    protocol: PROTOCOL_VERSION,
    runId: 'r',
    pid: process.pid,
    kind: 'fit',
    moduleName: 'Lit',
    logDir: null,
    engine: { accelerator: 'cpu', backend: 'wasm', why: '' },
    options: {},
    hparams: {},
    summary: { rows: [], trainable: 0, total: 0 },
    ...changes,
  };
}

export function ended(reason: RunEndReason): RunEvent {
  return { type: 'run-ended', time: 3, reason, epoch: 1, globalStep: 2, metrics: { loss: 1 }, checkpoint: null };
}

/** Rows of one metric, from a step on. */
export function rows(from: number, count: number, name = 'loss'): RunEvent {
  const row = (_: unknown, i: number) => ({ step: from + i, epoch: 0, time: 1000 + i, values: { [name]: from + i } });
  return packMetrics(Array.from({ length: count }, row), 2);
}

export function checkpoint(path: string, removed: readonly string[] = []): RunEvent {
  const facts = { epoch: 0, globalStep: 1, sizeBytes: 1, monitor: null, score: null, best: null, last: null };
  return { type: 'checkpoint', time: 1, path, ...facts, removed };
}
