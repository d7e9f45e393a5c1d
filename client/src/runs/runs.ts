import { randomUUID } from 'node:crypto';
import { type Disposable, Emitter } from '../emitter.js';
import { type Launch, startChild } from './child.js';
import { Run, type RunChange, type RunEnd, type RunLog } from './run.js';
import type { RunRequest } from './runnable.js';

/** Ended runs beyond this many are forgotten, with their metrics; their directories keep everything. */
const MAX_ENDED = 8;

/** What {@link Runs} needs from outside. */
export interface RunsOptions {
  /** Says what to start for a request. Throws `UserError` when it cannot be started. */
  readonly prepare: (request: RunRequest) => Promise<Launch>;
  /** The log of one run. */
  readonly log: (request: RunRequest) => RunLog;
}

/** All runs that were started in this window, oldest first. */
export class Runs implements Disposable {
  readonly #runs = new Map<string, Run>();
  readonly #options: RunsOptions;
  readonly #started = new Emitter<Run>();
  readonly #changed = new Emitter<{ run: Run; change: RunChange }>();
  readonly #ended = new Emitter<{ run: Run; end: RunEnd }>();

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** Starts a run. Throws what `prepare` throws. */
  async start(request: RunRequest): Promise<Run> {
    const launch = await this.#options.prepare(request);
    const run = new Run(randomUUID(), request, {
      start: (listeners) => startChild(launch, listeners),
      log: this.#options.log(request),
    });
    this.#runs.set(run.id, run);
    this.#forgetOldest();
    run.onChange((change) => this.#changed.fire({ run, change }));
    void run.ended.then((end) => this.#ended.fire({ run, end }));
    this.#started.fire(run);
    return run;
  }

  /** The run of that id, while it is remembered. */
  get(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** Those that have not ended. */
  get active(): readonly Run[] {
    return [...this.#runs.values()].filter(({ end }) => !end);
  }

  /** The newest that has not ended, or else the newest of all. */
  get latest(): Run | undefined {
    return this.active.at(-1) ?? [...this.#runs.values()].at(-1);
  }

  /** Calls `listener` when a run starts. */
  onStart(listener: (run: Run) => void): Disposable {
    return this.#started.on(listener);
  }

  /** Calls `listener` when anything in a run changes. */
  onChange(listener: (what: { run: Run; change: RunChange }) => void): Disposable {
    return this.#changed.on(listener);
  }

  /** Calls `listener` when a run's process is gone. */
  onEnd(listener: (what: { run: Run; end: RunEnd }) => void): Disposable {
    return this.#ended.on(listener);
  }

  /** Leaves no process behind: the children see their channel close and end cleanly, with a checkpoint. */
  dispose(): void {
    for (const run of this.active) run.stop();
  }

  #forgetOldest(): void {
    const ended = [...this.#runs.values()].filter(({ end }) => end);
    for (const run of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) this.#runs.delete(run.id);
  }
}
