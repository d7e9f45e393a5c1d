import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Mismatch } from './compare.js';
import { judge } from './judge.js';
import type { Outcome } from './report.js';
import type { Scenario } from './scenario.js';

/** A scenario takes milliseconds; one that takes this long hangs. */
const LIMIT_MS = 15_000;

/** What a worker answers. */
export interface WorkerAnswer {
  readonly mismatches: readonly Mismatch[];
}

/** Runs scenarios in a thread of its own, which is replaced when one hangs or takes it down. */
export class ScenarioPool {
  readonly #engine: string | undefined;
  #worker: Worker | undefined;

  /** @param engine the Trainer's option `engine`; undefined: its default */
  constructor(engine: string | undefined) {
    this.#engine = engine;
  }

  /** Runs one scenario. Never rejects: what goes wrong is its outcome. */
  async run(scenario: Scenario): Promise<Outcome> {
    return judge(scenario, await this.#ask(scenario));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(scenario: Scenario): Promise<readonly Mismatch[]> {
    this.#worker ??= new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { engine: this.#engine } });
    const worker = this.#worker;
    const ended = await answerOf(worker, scenario);
    if (typeof ended !== 'string') return ended.mismatches;
    await this.close();
    return [{ field: 'run', expected: 'an end', found: ended }];
  }
}

/** What the worker answers, or why it does not. */
async function answerOf(worker: Worker, scenario: Scenario): Promise<WorkerAnswer | string> {
  const settled = new AbortController();
  const events = { signal: settled.signal };
  const isLate = setTimeout(LIMIT_MS, `no end after ${LIMIT_MS / 1000} s`, events);
  const hasFailed = once(worker, 'error', events).then(([error]) => `the thread failed: ${String(error)}`);
  const hasEnded = once(worker, 'exit', events).then(([code]) => `the thread ended with code ${code}`);
  const hasAnswered = once(worker, 'message', events).then(([answer]) => answer as WorkerAnswer); // nobody else posts
  const all = [isLate, hasFailed, hasEnded, hasAnswered];
  worker.postMessage(scenario);
  try {
    return await Promise.race(all);
  } finally {
    settled.abort();
    await Promise.allSettled(all);
  }
}
