import type { FlameColumns, FlameHostMessage } from '@lightning-typescript/webview/messages';
import type { SourceLocation } from 'lightning-tfjs/protocol';
import type { Disposable } from '../emitter.js';
import { realSchedule, type Schedule } from '../schedule.js';
import { canOpen, type FlameProfile, partOf, sourceText } from './flameProfile.js';
import type { ProfileFile } from './profileFile.js';

/** Spans in one message: so many cross to the page without holding up either side. */
const PIECE_SPANS = 50_000;
/** A file that grows is looked at so often. */
const FOLLOW_MS = 500;
/** Reading may take this share of the time at most: the more a file holds, the slower it is followed. */
const READING_SHARE = 0.02;

/** What a feed needs from outside. */
export interface FlamegraphFeedParts {
  readonly post: (message: FlameHostMessage) => void;
  readonly file: ProfileFile;
  readonly title: string;
  /** An error in words for people. */
  readonly explain: (error: unknown) => string;
  readonly schedule?: Schedule;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * Tells one page about one profile: everything in pieces when the page asks, then what a growing file adds. Sends nothing before the page is
 * ready and while it is hidden.
 */
export class FlamegraphFeed implements Disposable {
  readonly #parts: Required<FlamegraphFeedParts>;
  #profile: FlameProfile | undefined;
  /** What the page holds; undefined: nothing. */
  #sent: FlameProfile | undefined;
  #error: string | undefined;
  #seq = 0;
  #isReady = false;
  #isVisible = true;
  #isDisposed = false;
  #reading: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(parts: FlamegraphFeedParts) {
    this.#parts = { schedule: realSchedule, now: () => performance.now(), ...parts };
  }

  /** The page listens now, or has lost count: it gets everything. Settles when it was sent. */
  async pageIsReady(): Promise<void> {
    this.#isReady = true;
    this.#sent = undefined;
    await this.#follow();
    if (!this.#sent) this.#send();
  }

  /** The page was hidden or shown. Shown again, it gets everything: it may have been made anew. */
  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#cancel?.();
    this.#cancel = undefined;
    if (isVisible && this.#isReady) void this.pageIsReady();
  }

  /** Where a frame is in the source; undefined when that is not known or may not be opened. */
  sourceOf(frame: number): SourceLocation | undefined {
    const source = this.#profile?.frames[frame]?.source;
    return canOpen(source) ? source : undefined;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#cancel?.();
  }

  get #isListening(): boolean {
    return this.#isReady && this.#isVisible && !this.#isDisposed;
  }

  #follow(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const { file, explain, schedule, now } = this.#parts;
    const begun = now();
    try {
      if (!this.#profile || file.mayGrow) {
        const profile = await file.read();
        if (profile) this.#profile = profile;
        if (profile || this.#error !== undefined) {
          this.#error = undefined;
          this.#send();
        }
      }
    } catch (error) {
      this.#error = explain(error);
      this.#send();
    }
    if (!this.#isListening || !file.mayGrow) return;
    const pause = Math.max(FOLLOW_MS, (now() - begun) / READING_SHARE);
    this.#cancel = schedule(pause, () => void this.#follow());
  }

  #send(): void {
    if (!this.#isListening) return;
    const { post, title, file } = this.#parts;
    const profile = this.#profile;
    if (this.#error !== undefined || !profile || profile.columns.frame.length === 0) {
      this.#sent = undefined;
      const isWaiting = this.#error === undefined && file.mayGrow;
      const text = this.#error ?? (isWaiting ? '' : this.#parts.explain(undefined));
      post({ type: 'flame-status', seq: ++this.#seq, status: isWaiting ? 'waiting' : 'error', text });
      return;
    }
    const before = this.#sent;
    const { columns, frames, shapes, endUs, isSampled, skipped } = profile;
    const keep = before && before.frames.length <= frames.length ? sameSpans(before.columns, columns) : 0;
    const isReset = keep === 0;
    const { changed, changedDuration } = changes(isReset ? undefined : before?.columns, columns, keep);
    const count = columns.frame.length;
    const state = profile.isComplete ? 'complete' : file.mayGrow && !file.isStale ? 'live' : 'partial';
    const common = { type: 'flame-spans', title, state, endUs, isSampled, skipped } as const;
    for (let from = keep, isFirst = true; isFirst || from < count; isFirst = false) {
      const to = Math.min(count, from + PIECE_SPANS);
      post({
        ...common,
        seq: ++this.#seq,
        reset: isReset && isFirst,
        keep: from,
        changed: isFirst ? changed : new Uint32Array(0),
        changedDuration: isFirst ? changedDuration : new Float64Array(0),
        spans: partOf(columns, from, to),
        frames: isFirst
          ? frames.slice(isReset ? 0 : before?.frames.length).map(({ name, category, source }) => ({
              name,
              category,
              source: sourceText(source),
              canOpen: canOpen(source),
            }))
          : [],
        shapes: isFirst ? shapes.slice(isReset ? 0 : before?.shapes.length) : [],
        more: to < count,
      });
      from = to;
    }
    this.#sent = profile;
  }
}

/** How many spans at the beginning are the same ones; only how long they took may differ. */
function sameSpans(before: FlameColumns, after: FlameColumns): number {
  const most = Math.min(before.frame.length, after.frame.length);
  let same = 0;
  while (
    same < most &&
    before.start[same] === after.start[same] &&
    before.frame[same] === after.frame[same] &&
    before.parent[same] === after.parent[same] &&
    before.shapes[same] === after.shapes[same]
  ) {
    same++;
  }
  return same;
}

function changes(
  before: FlameColumns | undefined,
  after: FlameColumns,
  keep: number,
): { changed: Uint32Array; changedDuration: Float64Array } {
  const changed: number[] = [];
  for (let i = 0; before && i < keep; i++) if (before.duration[i] !== after.duration[i]) changed.push(i);
  return {
    changed: Uint32Array.from(changed),
    changedDuration: Float64Array.from(changed, (span) => after.duration[span] as number),
  };
}
