import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type MetricRow, packMetrics, type RunEvent } from '../protocol/index.js';
import { RowBatch } from './rowBatch.js';

/** Rows and progress are written so often at most; a run that has gone on for long writes more seldom, down to the second value. */
const INTERVAL_MS = [1_000, 30_000] as const;
/** The part of a run's time that its file may lag behind. */
const LAG = 1 / 1000;
/** Each of these replaces the one before: how many intervals lie between two of them. Profiles are long. */
const REPLACING: Partial<Readonly<Record<RunEvent['type'], number>>> = { progress: 1, profile: 10 };

/**
 * `run.ndjson`, for those who come later or look from outside. It holds every row and every event of consequence, but few of the reports
 * of progress: listeners get several a second, and a long run would fill the disk with them. A million steps with one metric take some 12 MB
 * at any speed down to a step a second.
 */
export class RunFile {
  readonly #rows = new RowBatch();
  readonly #startedAt = performance.now();
  readonly #onExit = () => this.close();
  #file: number | undefined;
  #stageDepth = 0;
  #wroteRowsAt = Number.NEGATIVE_INFINITY;
  #wroteInnerStageAt = Number.NEGATIVE_INFINITY;
  readonly #replacing = new Map<RunEvent['type'], { event: RunEvent | undefined; wroteAt: number }>();

  /** Begins the file, or goes on at its end. When that cannot be done it warns, and takes nothing. */
  constructor(directory: string) {
    try {
      mkdirSync(directory, { recursive: true });
      this.#file = openSync(join(directory, 'run.ndjson'), 'a');
    } catch (error) {
      this.#giveUp(error);
      return;
    }
    // A second Ctrl-C, and the user's own process.exit, come without a run's end.
    process.once('exit', this.#onExit);
  }

  /** Takes a row; rows are written together. */
  addRow(row: MetricRow): void {
    if (this.#file === undefined) return;
    this.#rows.add(row);
    if (this.#rows.isFull || performance.now() - this.#wroteRowsAt >= this.#interval) this.#writeRows();
  }

  /** Takes an event other than `metrics`. */
  take(event: RunEvent): void {
    if (this.#file === undefined) return;
    const now = performance.now();
    if (!this.#rows.isEmpty && now - this.#wroteRowsAt >= this.#interval) this.#writeRows();
    const intervals = REPLACING[event.type];
    if (intervals !== undefined) {
      const { wroteAt = Number.NEGATIVE_INFINITY } = this.#replacing.get(event.type) ?? {};
      const isDue = now - wroteAt >= this.#interval * intervals;
      this.#replacing.set(event.type, { event: isDue ? undefined : event, wroteAt: isDue ? now : wroteAt });
      if (isDue) this.#write(event);
      return;
    }
    if (event.type === 'stage') {
      if (this.#isPassing(event.state) && now - this.#wroteInnerStageAt < this.#interval) return;
      this.#wroteInnerStageAt = now;
    } else if (event.type !== 'log' && event.type !== 'warning') {
      this.#flush(); // what the event ends, or stands for, comes before it
    }
    this.#write(event);
  }

  /** Writes what waits, and ends the file. */
  close(): void {
    this.#flush();
    process.off('exit', this.#onExit);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** A stage within another, such as a validation of training: there may be one a batch, and progress names its stage too. */
  #isPassing(state: 'start' | 'end'): boolean {
    if (state === 'start') this.#stageDepth++;
    const isInner = this.#stageDepth > 1;
    if (state === 'end') this.#stageDepth--;
    return isInner;
  }

  get #interval(): number {
    const [shortest, longest] = INTERVAL_MS;
    return Math.min(Math.max((performance.now() - this.#startedAt) * LAG, shortest), longest);
  }

  #flush(): void {
    if (!this.#rows.isEmpty) this.#writeRows();
    for (const [type, { event, wroteAt }] of this.#replacing) {
      if (event) this.#write(event);
      this.#replacing.set(type, { event: undefined, wroteAt });
    }
  }

  #writeRows(): void {
    this.#wroteRowsAt = performance.now();
    this.#write(packMetrics(this.#rows.take(), Date.now()));
  }

  #write(event: RunEvent): void {
    if (this.#file === undefined) return;
    try {
      // Few lines: waiting for the page cache is cheaper than a queue, and what was written survives the process.
      writeSync(this.#file, `${JSON.stringify(event)}\n`);
    } catch (error) {
      this.#file = undefined;
      this.#giveUp(error);
    }
  }

  #giveUp(error: unknown): void {
    process.emitWarning(`run.ndjson cannot be written; training goes on without it: ${String(error)}`);
  }
}
