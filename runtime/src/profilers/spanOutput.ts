import type { EndedSpan, Frame, RunningSpan } from './frame.js';
import { SpanFile } from './spanFile.js';
import { TraceFile } from './traceFile.js';

/** Held in memory at most: so many are lost when the process is killed within a second. */
const MAX_PENDING = 1024;
/** When half of what is left is used up, only each n-th of those that would have been kept is kept from then on. */
const THINNING = 8;

/** Files of a run, and how much may be in them. */
export interface SpanOutputOptions {
  readonly spans: string;
  readonly trace: string;
  readonly stage: string;
  /** Spans in each file, at most. */
  readonly maxSpans: number;
  /** Runs what touches the disk, and keeps its failure from the run. */
  readonly write: (work: () => void) => void;
}

/**
 * Writes spans to a run's span file and its Chrome trace while the run goes on. Chooses what is written: all of a short run, and of a
 * long one each 8th, 64th … batch with all that is inside of it, so that the files stay small and still reach to the end.
 */
export class SpanOutput {
  readonly #write: SpanOutputOptions['write'];
  readonly #spans: SpanFile;
  readonly #trace: TraceFile;
  readonly #maxSpans: number;
  readonly #origin = performance.now();
  #pending: EndedSpan[] = [];
  #count = 0;
  #stride = 1;
  /** At so many spans the stride grows. */
  #next: number;

  constructor({ spans, trace, stage, maxSpans, write }: SpanOutputOptions) {
    this.#write = write;
    this.#maxSpans = maxSpans;
    this.#next = Math.ceil(maxSpans / 2);
    this.#spans = new SpanFile(spans, stage, this.#origin);
    this.#trace = new TraceFile(trace, this.#origin);
  }

  /** True when it is time to write. */
  get isFull(): boolean {
    return this.#pending.length >= MAX_PENDING;
  }

  /** Whether the frame's next span goes to the files. */
  keeps(frame: Frame): boolean {
    // Those of one batch have the same number, so that whole batches are kept.
    return this.#stride > 0 && frame.candidates++ % this.#stride === 0;
  }

  /** Takes a span that has ended. */
  add(span: EndedSpan): void {
    this.#count++;
    if (this.#count > this.#maxSpans && !span.frame.isContainer) return;
    this.#pending.push(span);
    if (this.#count >= this.#next && this.#stride > 0) this.#thinOut();
  }

  /** @param running what has not ended: it is announced, so that those inside of it have a place */
  flush(running: readonly RunningSpan[]): void {
    const ended = this.#pending;
    this.#pending = [];
    const open = running.filter(({ isKept, isAnnounced }) => isKept && !isAnnounced);
    if (ended.length === 0 && open.length === 0 && this.#spans.isBegun) return;
    this.#write(() => {
      this.#spans.write(ended, open);
      this.#trace.write(ended);
    });
  }

  close(running: readonly RunningSpan[]): void {
    this.flush(running);
    this.#write(() => {
      this.#spans.close();
      this.#trace.close(this.#spans.isSampled);
    });
  }

  #thinOut(): void {
    const left = this.#maxSpans - this.#count;
    this.#stride = left <= 0 ? 0 : this.#stride * THINNING;
    this.#next = this.#count + Math.max(1, Math.ceil(left / 2));
    this.#spans.noteSampling(this.#stride);
  }
}
