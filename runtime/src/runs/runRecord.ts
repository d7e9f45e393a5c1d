import {
  type CheckpointEvent,
  type ErrorEvent,
  type MetricsEvent,
  type ProfileEvent,
  type ProgressEvent,
  type RunEndedEvent,
  type RunEndReason,
  type RunEvent,
  type RunKind,
  type RunStartedEvent,
  unpackMetrics,
  type WarningEvent,
} from '../protocol/index.js';
import { type RunSeries, SeriesBuffer } from './seriesBuffer.js';

/** Where a run is in its life. `lost`: its process is gone and said no end. */
export type RunState = 'running' | RunEndReason;

/** All that is known of a run. With several in one directory, such as a test after a fit, state and kind are the latest one's. */
export interface RunSummary {
  readonly state: RunState;
  readonly isPaused: boolean;
  readonly kind: RunKind | undefined;
  /** The latest run's first line; undefined before it came. */
  readonly started: RunStartedEvent | undefined;
  readonly progress: ProgressEvent | undefined;
  /** What the profiler told last. */
  readonly profile: ProfileEvent | undefined;
  readonly ended: RunEndedEvent | undefined;
  /** By metric, in the order in which they came. */
  readonly series: ReadonlyMap<string, RunSeries>;
  /** Those that were not deleted since, oldest first. */
  readonly checkpoints: readonly CheckpointEvent[];
  /** The newest ones. */
  readonly warnings: readonly WarningEvent[];
  /** The newest ones. */
  readonly errors: readonly ErrorEvent[];
}

/** How much a {@link RunRecord} holds. */
export interface RunLimits {
  /** Points of one metric; beyond it each second one is dropped. Default: 1,048,576, of 32 bytes. */
  readonly maxPoints?: number;
  /** Points of all metrics together. Default: 8,388,608. Metrics that come when they are used up get the least. */
  readonly maxTotalPoints?: number;
}

const DEFAULT_POINTS = 2 ** 20;
const DEFAULT_TOTAL_POINTS = 2 ** 23;
/** What every metric gets. */
const LEAST_POINTS = 1024;
/** Metrics beyond these are not collected. */
const MAX_METRICS = 10_000;
const MAX_MESSAGES = 500;
const MAX_CHECKPOINTS = 10_000;

/** Gathers a run's events in bounded memory. Knows neither files nor processes: events of a channel can feed it as well. */
export class RunRecord {
  readonly #maxPoints: number;
  #pointsLeft: number;
  readonly #series = new Map<string, SeriesBuffer>();
  readonly #checkpoints = new Map<string, CheckpointEvent>();
  readonly #warnings: WarningEvent[] = [];
  readonly #errors: ErrorEvent[] = [];
  #started: RunStartedEvent | undefined;
  #progress: ProgressEvent | undefined;
  #profile: ProfileEvent | undefined;
  #ended: RunEndedEvent | undefined;
  #isPaused = false;

  constructor({ maxPoints = DEFAULT_POINTS, maxTotalPoints = DEFAULT_TOTAL_POINTS }: RunLimits = {}) {
    this.#maxPoints = Math.max(maxPoints, 2);
    this.#pointsLeft = maxTotalPoints;
  }

  /** The latest run's first line. */
  get started(): RunStartedEvent | undefined {
    return this.#started;
  }

  /** The latest run's last line. */
  get ended(): RunEndedEvent | undefined {
    return this.#ended;
  }

  /** Takes in an event. */
  apply(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#started = event;
        this.#ended = this.#progress = this.#profile = undefined;
        this.#isPaused = false;
        return;
      case 'progress':
        this.#progress = event;
        return;
      case 'profile':
        this.#profile = event;
        return;
      case 'metrics':
        this.#addRows(event);
        return;
      case 'checkpoint':
        this.#checkpoints.delete(event.path); // written again, it is the newest
        this.#checkpoints.set(event.path, event);
        for (const path of event.removed) this.#checkpoints.delete(path);
        if (this.#checkpoints.size > MAX_CHECKPOINTS) this.#checkpoints.delete([...this.#checkpoints.keys()][0] ?? '');
        return;
      case 'pause':
        this.#isPaused = event.isPaused;
        return;
      case 'warning':
        addBounded(this.#warnings, event);
        return;
      case 'error':
        addBounded(this.#errors, event);
        return;
      case 'run-ended':
        this.#ended = event;
        this.#isPaused = false;
        return;
      default: // stages, and what later versions tell besides
        return;
    }
  }

  /** What is known now. @param isGone whether the run's process is known to be gone */
  summary(isGone = false): RunSummary {
    return {
      state: this.#ended?.reason ?? (isGone ? 'lost' : 'running'),
      isPaused: this.#isPaused && !isGone,
      kind: this.#started?.kind,
      started: this.#started,
      progress: this.#progress,
      profile: this.#profile,
      ended: this.#ended,
      series: new Map([...this.#series].map(([name, buffer]) => [name, buffer.toSeries()])),
      checkpoints: [...this.#checkpoints.values()],
      warnings: [...this.#warnings],
      errors: [...this.#errors],
    };
  }

  #addRows(event: MetricsEvent): void {
    const { step, epoch, times, series } = unpackMetrics(event);
    for (const [name, { rows, values }] of series) {
      const buffer = this.#bufferOf(name);
      if (!buffer) continue;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i] as number; // below the length of all columns, by the guard
        buffer.add(step[row] as number, epoch[row] as number, times[row] as number, values[i] as number);
      }
    }
  }

  #bufferOf(name: string): SeriesBuffer | undefined {
    let buffer = this.#series.get(name);
    if (!buffer && this.#series.size < MAX_METRICS) {
      const points = Math.max(Math.min(this.#maxPoints, this.#pointsLeft), Math.min(LEAST_POINTS, this.#maxPoints));
      this.#pointsLeft -= points;
      buffer = new SeriesBuffer(points);
      this.#series.set(name, buffer);
    }
    return buffer;
  }
}

function addBounded<Event>(list: Event[], event: Event): void {
  list.push(event);
  if (list.length > MAX_MESSAGES) list.shift();
}
