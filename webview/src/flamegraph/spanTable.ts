import type { FlameFrame, FlameHostMessage, FlameShapes, FlameSpansMessage } from '../messages/index.js';

/** Deeper spans are drawn on the last row. */
export const MAX_DEPTH = 1000;

/** How long one name took in all. Times are in microseconds. */
export interface FrameTotals {
  readonly count: number;
  /** A span inside of another one of the same name counts once. */
  readonly total: number;
  /** Without the spans inside. */
  readonly self: number;
  readonly mean: number;
}

/** The page's copy of a profile: typed columns that grow, so that hundreds of thousands of spans cost no object each. */
export class SpanTable {
  frame = new Uint32Array(0);
  parent = new Int32Array(0);
  start = new Float64Array(0);
  duration = new Float64Array(0);
  shapes = new Int32Array(0);
  bytes = new Float64Array(0);
  /** Rows below the outermost, at most {@link MAX_DEPTH}. */
  depth = new Uint16Array(0);
  count = 0;
  frames: FlameFrame[] = [];
  shapeList: FlameShapes[] = [];
  endUs = 0;
  #seq: number | undefined;
  #self: Float64Array | undefined;
  #totals: FrameTotals[] | undefined;

  /** Takes in a message. False: one before it is missing, and everything is needed anew. */
  apply(message: FlameHostMessage): boolean {
    const isFirst = message.type === 'flame-status' || message.reset;
    if (!isFirst && (this.#seq === undefined || message.seq !== this.#seq + 1)) {
      this.#seq = undefined;
      return false;
    }
    this.#seq = message.seq;
    if (isFirst) this.#clear();
    if (message.type === 'flame-spans') this.#append(message);
    this.#self = undefined;
    this.#totals = undefined;
    return true;
  }

  /** The frame of a span. */
  frameOf(span: number): FlameFrame {
    return this.frames[this.frame[span] ?? 0] ?? UNKNOWN;
  }

  /** Time of each span without those inside of it. */
  get self(): Float64Array {
    if (this.#self) return this.#self;
    const self = this.duration.slice(0, this.count);
    for (let i = 0; i < this.count; i++) {
      const parent = this.parent[i] as number;
      if (parent >= 0) self[parent] = (self[parent] as number) - (this.duration[i] as number);
    }
    // Clocks of spans that overlap may disagree by a little.
    for (let i = 0; i < self.length; i++) if ((self[i] as number) < 0) self[i] = 0;
    this.#self = self;
    return self;
  }

  /** Totals of each frame, by its number. */
  get totals(): readonly FrameTotals[] {
    this.#totals ??= this.#sum();
    return this.#totals;
  }

  #sum(): FrameTotals[] {
    const frames = this.frames.length;
    const counts = new Float64Array(frames);
    const totals = new Float64Array(frames);
    const selves = new Float64Array(frames);
    const { self } = this;
    for (let i = 0; i < this.count; i++) {
      const frame = this.frame[i] as number;
      counts[frame] = (counts[frame] as number) + 1;
      selves[frame] = (selves[frame] as number) + (self[i] as number);
      if (!this.#isInsideOfSame(i, frame)) totals[frame] = (totals[frame] as number) + (this.duration[i] as number);
    }
    return Array.from(counts, (count, i) => {
      const total = totals[i] as number;
      return { count, total, self: selves[i] as number, mean: count === 0 ? 0 : total / count };
    });
  }

  #isInsideOfSame(span: number, frame: number): boolean {
    for (let at = this.parent[span] as number; at >= 0; at = this.parent[at] as number) {
      if (this.frame[at] === frame) return true;
    }
    return false;
  }

  #clear(): void {
    this.count = 0;
    this.frames = [];
    this.shapeList = [];
    this.endUs = 0;
  }

  #append({ keep, changed, changedDuration, spans, frames, shapes, endUs }: FlameSpansMessage): void {
    this.frames = [...this.frames, ...frames];
    this.shapeList = [...this.shapeList, ...shapes];
    this.endUs = endUs;
    const from = Math.min(keep, this.count);
    this.#reserve(from + spans.frame.length);
    for (const [i, span] of changed.entries()) if (span < from) this.duration[span] = changedDuration[i] as number;
    this.frame.set(spans.frame, from);
    this.parent.set(spans.parent, from);
    this.start.set(spans.start, from);
    this.duration.set(spans.duration, from);
    this.shapes.set(spans.shapes, from);
    this.bytes.set(spans.bytes, from);
    this.count = from + spans.frame.length;
    for (let i = from; i < this.count; i++) {
      let parent = this.parent[i] as number;
      if (parent >= i) parent = -1; // never upwards: whoever walks to the root arrives
      this.parent[i] = parent;
      if ((this.frame[i] as number) >= this.frames.length) this.frame[i] = 0;
      this.depth[i] = parent < 0 ? 0 : Math.min(MAX_DEPTH, (this.depth[parent] as number) + 1);
    }
  }

  #reserve(count: number): void {
    if (count <= this.frame.length) return;
    const size = Math.max(count, this.frame.length * 2, 1024);
    this.frame = grown(this.frame, new Uint32Array(size));
    this.parent = grown(this.parent, new Int32Array(size));
    this.start = grown(this.start, new Float64Array(size));
    this.duration = grown(this.duration, new Float64Array(size));
    this.shapes = grown(this.shapes, new Int32Array(size));
    this.bytes = grown(this.bytes, new Float64Array(size));
    this.depth = grown(this.depth, new Uint16Array(size));
  }
}

const UNKNOWN: FlameFrame = { name: '?', category: 'run', source: null, canOpen: false };

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
