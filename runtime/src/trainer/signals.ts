import { RunError } from '../errors/index.js';
import type { RunSignals } from '../loops/index.js';

/** Steps await promises only, which never lets Node hear a signal or a message: so often it gets a turn. */
const BREATH_INTERVAL_MS = 20;

/** What asks a run to end or to wait: set from outside, read by the loops between batches. */
export class Signals implements RunSignals {
  shouldStop = false;
  #stopRequested = false;
  #lastBreath = 0;
  readonly #tasks: { readonly run: () => Promise<void>; readonly abandon: (error: RunError) => void }[] = [];
  #isPaused = false;
  /** Wakes a run that holds: the pause is over, or a task came. */
  #wake: (() => void) | undefined;

  /** True once a person asked to stop: the run ends at the next batch. */
  get stopRequested(): boolean {
    return this.#stopRequested;
  }

  /** Ends the run at the next batch, also out of a pause. */
  requestStop(): void {
    this.#stopRequested = true;
    this.resume();
  }

  /** Holds the run at the next batch until {@link resume}. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Ends a pause. */
  resume(): void {
    this.#isPaused = false;
    this.#wake?.();
  }

  /** Runs a task at the next point where a checkpoint of the run would be whole; settles as it does. */
  atNextBoundary<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#tasks.push({ run: () => task().then(resolve, reject), abandon: reject });
      this.#wake?.();
    });
  }

  /** The run is over: what still waits for a boundary fails. */
  abandonTasks(): void {
    for (const { abandon } of this.#tasks.splice(0)) {
      abandon(new RunError({ code: 'run-over', found: 'The run ended before this could be done.' }));
    }
  }

  atBoundary(): Promise<void> | undefined {
    return this.#tasks.length === 0 ? undefined : this.#runTasks();
  }

  async #runTasks(): Promise<void> {
    for (const { run } of this.#tasks.splice(0)) await run();
  }

  betweenBatches(isBoundary = false): Promise<void> | undefined {
    if (this.#isPaused) return this.#hold(isBoundary);
    const now = performance.now();
    if (now - this.#lastBreath < BREATH_INTERVAL_MS) return undefined;
    this.#lastBreath = now;
    return this.#breathe(isBoundary);
  }

  async #breathe(isBoundary: boolean): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isPaused) await this.#hold(isBoundary); // it came just now
  }

  /** Until the pause is over. Where a checkpoint would be whole, those that are asked for meanwhile are written. */
  async #hold(isBoundary: boolean): Promise<void> {
    while (this.#isPaused) {
      if (isBoundary) await this.atBoundary();
      if (!this.#isPaused || (isBoundary && this.#tasks.length > 0)) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** A new run begins with no wishes left over. */
  reset(): void {
    this.shouldStop = false;
    this.#stopRequested = false;
    this.resume();
  }
}
