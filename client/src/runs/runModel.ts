import type { Notice } from '@lightning-typescript/webview/messages';
import { SeriesStore } from '@lightning-typescript/webview/series';
import type {
  CheckpointEvent,
  ErrorEvent,
  ProgressEvent,
  RunEndedEvent,
  RunEvent,
  RunStartedEvent,
} from 'lightning-tfjs/protocol';

/** Older notices are dropped. */
const MAX_NOTICES = 500;

/** All that the events of a run have told so far. Knows neither processes nor the editor: `run.ndjson` can feed it as well. */
export class RunModel {
  /** Every metric. */
  readonly series = new SeriesStore();
  started: RunStartedEvent | undefined;
  progress: ProgressEvent | undefined;
  /** The newest one. */
  checkpoint: CheckpointEvent | undefined;
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
        return [];
      case 'progress':
        this.progress = event;
        return [];
      case 'metrics':
        return this.series.append(event);
      case 'checkpoint':
        this.checkpoint = event;
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
        return [];
      case 'stage':
      case 'log':
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
