import type { Reporter } from '../loops/index.js';
import { packMetrics, type RunEvent, type Stage, toWireNumber, type WireNumber } from '../protocol/index.js';
import { RowBatch } from './rowBatch.js';
import { RunFile } from './runFile.js';

/** How often a stage that goes on is reported, and how often rows are sent. Both together are {@link MESSAGE_MS}. */
const INTERVAL_MS = 200;
/** At most ten messages a second, however fast the steps are. */
const MESSAGE_MS = 100;
/** Reports of a stage's last batch come in between; so many at once are let through when stages are short. */
const BURST = 10;

/** One event without its time, which is added when it is sent. */
type Untimed<E extends RunEvent> = E extends RunEvent ? Omit<E, 'time'> : never;

/** What the run events need to know of the run. */
export interface RunStatus {
  readonly globalStep: number;
  readonly maxEpochs: number | null;
  readonly progressBarMetrics: Readonly<Record<string, number>>;
}

/**
 * The run's event stream: everything that editor, dashboard and progress bar show. Listeners in this process get each event;
 * a run directory gets them as lines of `run.ndjson`, see {@link RunFile}.
 */
export class RunEvents implements Reporter {
  readonly #status: () => RunStatus;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  #file: RunFile | undefined;
  #stages: Stage[] = [];
  #lastProgress = 0;
  #allowance = { tokens: BURST, at: 0 };
  #rate = { stage: '', since: 0, fromBatch: 0 };
  readonly #rows = new RowBatch();
  #lastRows = 0;

  constructor(status: () => RunStatus) {
    this.#status = status;
  }

  /** Calls the listener with each event from now on. Returns what ends that. */
  listen(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends on the warnings of this process, while a run goes on. Returns what ends that. */
  forwardWarnings(): () => void {
    const forward = ({ name, message }: Error) => {
      if (name === 'Warning') this.send({ type: 'warning', message }); // others are Node's own affairs
    };
    process.on('warning', forward);
    return () => process.off('warning', forward);
  }

  /** Begins `run.ndjson` in a run directory; events go to its end. */
  openFile(directory: string): void {
    this.#file?.close();
    this.#file = new RunFile(directory);
  }

  /** Sends an event at once; the last ones of a run after all its metrics. */
  send(event: Untimed<RunEvent>): void {
    if (event.type === 'run-started') this.#stages = []; // a run that was stopped leaves its stages open
    if (event.type === 'run-ended' || event.type === 'error') this.#flushRows();
    this.#deliver({ ...event, time: Date.now() });
  }

  /** Takes a row that goes to the loggers; rows travel together. */
  addRow(step: number, epoch: number, values: Readonly<Record<string, number>>): void {
    const time = Date.now();
    const row = { step, epoch, time, values };
    this.#file?.addRow(row);
    if (this.#listeners.size === 0) return;
    this.#rows.add(row);
    if (this.#rows.isFull) this.#flushRows();
    else this.#flushRowsWhenDue(time);
  }

  /** What the run is doing; undefined between stages. */
  get currentStage(): Stage | undefined {
    return this.#stages.at(-1);
  }

  stage(stage: Stage, state: 'start' | 'end', epoch: number): void {
    if (state === 'start') this.#stages.push(stage);
    // Validation within training may come many times a second; readers learn the stage from the progress, too.
    const isInner = this.#stages.length > 1;
    if (state === 'end') this.#stages.pop();
    if (!isInner || this.#mayReport(performance.now())) this.send({ type: 'stage', stage, state, epoch });
  }

  batchDone(stage: Stage, epoch: number, batch: number, totalBatches: number | undefined): void {
    const now = performance.now();
    const isFirst = this.#rate.stage !== stage || batch <= this.#rate.fromBatch;
    if (isFirst) this.#rate = { stage, since: now, fromBatch: batch };
    const isLast = batch === totalBatches;
    // A first batch tells no speed yet; it waits for the next one.
    if (!isLast && (isFirst || now - this.#lastProgress < INTERVAL_MS)) return;
    if (!this.#mayReport(now)) return;
    this.#lastProgress = now;
    const { globalStep, maxEpochs, progressBarMetrics } = this.#status();
    const seconds = (now - this.#rate.since) / 1000;
    this.send({
      type: 'progress',
      stage,
      epoch,
      maxEpochs,
      batch,
      totalBatches: totalBatches ?? null,
      globalStep,
      batchesPerSecond: seconds > 0 ? (batch - this.#rate.fromBatch) / seconds : 0,
      metrics: toWireMetrics(progressBarMetrics),
    });
    this.#flushRowsWhenDue(Date.now());
  }

  /** Ends the file. Listeners stay. */
  close(): void {
    this.#flushRows();
    this.#file?.close();
    this.#file = undefined;
  }

  /** A bucket of allowances that fills up with time, so that short epochs cannot flood the readers. */
  #mayReport(now: number): boolean {
    const { tokens, at } = this.#allowance;
    const filled = Math.min(BURST, tokens + (now - at) / MESSAGE_MS);
    this.#allowance = { tokens: filled >= 1 ? filled - 1 : filled, at: now };
    return filled >= 1;
  }

  #flushRowsWhenDue(time: number): void {
    if (this.#rows.isEmpty || time - this.#lastRows < INTERVAL_MS) return;
    if (this.#mayReport(performance.now())) this.#flushRows();
  }

  #flushRows(): void {
    if (this.#rows.isEmpty) return;
    this.#lastRows = Date.now();
    this.#tell(packMetrics(this.#rows.take(), this.#lastRows)); // the file has rows of its own
  }

  #deliver(event: RunEvent): void {
    this.#tell(event);
    this.#file?.take(event);
  }

  #tell(event: RunEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A display that fails costs itself only.
        this.#listeners.delete(listener);
        process.emitWarning(`A listener of the run's events failed and was removed: ${String(error)}`);
      }
    }
  }
}

/** Metrics fit for JSON. */
export function toWireMetrics(metrics: Readonly<Record<string, number>>): Record<string, WireNumber> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toWireNumber(value)]));
}
