import type { Notice } from '@lightning-typescript/webview/messages';
import { SeriesStore } from '@lightning-typescript/webview/series';
import {
  type CheckpointEvent,
  type ErrorEvent,
  fromWireNumber,
  type ProfileEvent,
  type ProgressEvent,
  type RunEndedEvent,
  type RunEvent,
  type RunStartedEvent,
  unpackMetrics,
} from 'lightning-tfjs/protocol';

/** Older notices are dropped. */
const MAX_NOTICES = 500;
/** A run that writes one a step must not fill the memory. */
const MAX_CHECKPOINTS = 2_000;

/** All that the events of a run have told so far. Knows neither processes nor the editor: `run.ndjson` can feed it as well. */
export class RunModel {
  /** Every metric. */
  readonly series = new SeriesStore();
  started: RunStartedEvent | undefined;
  progress: ProgressEvent | undefined;
  /** The newest one. */
  checkpoint: CheckpointEvent | undefined;
  /** All that were written, oldest first, also those that were deleted since; the first ones only when they are very many. */
  readonly checkpoints: CheckpointEvent[] = [];
  /** The best value so far of the metric that checkpoints are kept for. */
  best: { readonly monitor: string; readonly value: number } | undefined;
  /** What the profiler told last. */
  profile: ProfileEvent | undefined;
  /** True while it holds before its next batch. */
  isPaused = false;
  error: ErrorEvent | undefined;
  ended: RunEndedEvent | undefined;
  readonly #notices: Notice[] = [];
  #noticeCount = 0;

  /** How many notices there have been. */
  get noticeCount(): number {
    return this.#noticeCount;
  }

  /** The notices after the first `count`, as far as they are kept. */
  noticesSince(count: number): readonly Notice[] {
    const fresh = Math.min(this.#noticeCount - count, this.#notices.length);
    return fresh <= 0 ? [] : this.#notices.slice(-fresh);
  }

  /** Takes in an event, and returns the names of the metrics that it changed. */
  apply(event: RunEvent): readonly string[] {
    switch (event.type) {
      case 'run-started':
        this.started = event;
        // A directory may hold several runs, such as a test after a fit: state and progress are the latest one's.
        this.progress = this.ended = this.error = undefined;
        this.isPaused = false;
        return [];
      case 'progress':
        this.progress = event;
        return [];
      case 'metrics':
        return this.series.append(unpackMetrics(event));
      case 'checkpoint':
        this.checkpoint = event;
        if (this.checkpoints.length < MAX_CHECKPOINTS) this.checkpoints.push(event);
        if (event.monitor !== null && event.score !== null && (event.best === event.path || !this.best)) {
          this.best = { monitor: event.monitor, value: fromWireNumber(event.score) };
        }
        return [];
      case 'pause':
        this.isPaused = event.isPaused;
        return [];
      case 'profile':
        this.profile = event;
        return [];
      case 'warning':
        this.note({ kind: 'warning', time: event.time, text: event.message });
        return [];
      case 'error':
        this.error = event;
        this.note({ kind: 'error', time: event.time, text: `${event.name}: ${event.message}` });
        return [];
      case 'run-ended':
        this.ended = event;
        this.isPaused = false;
        return [];
      default: // what only the log or a later version shows
        return [];
    }
  }

  /** Adds a notice of our own. */
  note(notice: Notice): void {
    this.#notices.push(notice);
    if (this.#notices.length > MAX_NOTICES) this.#notices.shift();
    this.#noticeCount++;
  }
}
