import { SPAN_CATEGORIES } from 'lightning-tfjs/protocol';

/**
 * What the flamegraph's host (the extension) and its page say to each other.
 *
 * The page says `ready`; the host sends the profile in pieces, the first of which has `reset`. While the file grows, and the page is
 * seen, it sends what was added. A page that sees a hole in the numbers asks for everything by `resync`. The page names frames by
 * number, never a path: where they are in the source is known to the host only.
 */

/** What a box is: the categories of our span files, and those of functions in a `.cpuprofile`. */
export const FLAME_CATEGORIES = [...SPAN_CATEGORIES, 'library', 'native', 'gc'] as const;
export type FlameCategory = (typeof FLAME_CATEGORIES)[number];

/** A name that spans refer to by its place in the list. */
export interface FlameFrame {
  readonly name: string;
  readonly category: FlameCategory;
  /** For people: `digits.ts:12`; null where the place is not known. */
  readonly source: string | null;
  /** True when `open-source` can show it. */
  readonly canOpen: boolean;
}

/** What kernels were given and made, for people: `64×10, 10×5`. */
export interface FlameShapes {
  readonly inputs: string;
  readonly outputs: string;
  readonly dtype: string;
}

/** Spans, a column a field. A span stands behind the one around it. Times are in microseconds from the beginning. */
export interface FlameColumns {
  /** Place in the list of frames. */
  readonly frame: Uint32Array;
  /** Place of the span around it; -1 for none. */
  readonly parent: Int32Array;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  /** Place in the list of shapes; -1 for none. */
  readonly shapes: Int32Array;
  /** -1 where it is not known. */
  readonly bytes: Float64Array;
}

/** Whether more is to come. `partial`: the run was killed, or the file is cut off. */
export const FLAME_STATES = ['live', 'complete', 'partial'] as const;
export type FlameState = (typeof FLAME_STATES)[number];

/** Host → page: a piece of the profile. Keep the first `keep` spans, change some durations, then append. */
export interface FlameSpansMessage {
  readonly type: 'flame-spans';
  readonly seq: number;
  /** Forget everything first. */
  readonly reset: boolean;
  readonly keep: number;
  /** Spans below `keep` that have ended, or lasted longer, since. */
  readonly changed: Uint32Array;
  readonly changedDuration: Float64Array;
  readonly spans: FlameColumns;
  /** Behind those that were sent before. */
  readonly frames: readonly FlameFrame[];
  readonly shapes: readonly FlameShapes[];
  readonly title: string;
  readonly state: FlameState;
  readonly endUs: number;
  /** Not every batch is in the file. */
  readonly isSampled: boolean;
  /** Lines of the file that could not be used. */
  readonly skipped: number;
  /** Another piece follows at once. */
  readonly more: boolean;
}

/** Host → page: there is nothing to draw. */
export interface FlameStatusMessage {
  readonly type: 'flame-status';
  readonly seq: number;
  /** `waiting`: the file is there, and nothing in it yet. */
  readonly status: 'waiting' | 'error';
  /** For people; empty while waiting. */
  readonly text: string;
}

/** All that the flamegraph's host says. */
export type FlameHostMessage = FlameSpansMessage | FlameStatusMessage;

/** All that its page says. */
export type FlamePageMessage =
  | { readonly type: 'ready' | 'resync' }
  | { readonly type: 'open-source'; readonly frame: number };
