import { bucketSizeFor, type Extremes, ExtremesPyramid, scanned } from './extremes.js';

/** What a reader of a {@link Series} holds already; opaque, handed back to ask for what is new. */
export interface SeriesCursor {
  readonly bucketSize: number;
  readonly fullBuckets: number;
  /** Points that the full buckets gave; these stay as they are. */
  readonly settledPoints: number;
  /** The place of the last of them; -1 when there is none. */
  readonly lastSettled: number;
  readonly revision: number;
}

/** The change from what a reader holds to what is to be drawn now: keep the first `keep` points, then these. */
export interface SeriesPatch {
  readonly keep: number;
  readonly x: Float64Array;
  /** NaN is a gap in the line. */
  readonly y: Float64Array;
  /** What {@link Series.append} was given as row. */
  readonly rows: Uint32Array;
}

/**
 * One metric of one run: every point in full, and what is needed to draw any number of them as few.
 * Drawn points are real ones: of each bucket the lowest and the highest, so that no spike is lost.
 */
export class Series {
  #x = new Float64Array(64);
  #y = new Float64Array(64);
  #rows = new Uint32Array(64);
  #length = 0;
  #notFinite = 0;
  #revision = 0;
  readonly #pyramid = new ExtremesPyramid();

  /** How many points there are. */
  get length(): number {
    return this.#length;
  }

  /** How many of them are NaN or infinite; they are drawn as gaps. */
  get notFinite(): number {
    return this.#notFinite;
  }

  /** The value at the greatest x; NaN when there is none. */
  get last(): number {
    return this.#length > 0 ? (this.#y[this.#length - 1] as number) : Number.NaN;
  }

  /**
   * Adds a point. An x below the last one is put in its place, which costs a look at all points after it.
   * @param row a number to find it again by, where more about it is kept
   */
  append(x: number, y: number, row = 0): void {
    this.#add(x, y, row);
    this.#pyramid.grow(this.#y, this.#length);
  }

  /** Adds many points: the x of point i is `x[at[i]]`, its row `firstRow + at[i]`. */
  appendAll(x: Float64Array, at: Uint32Array, values: Float64Array, firstRow: number): void {
    for (let i = 0; i < at.length; i++) {
      const index = at[i] as number;
      this.#add(x[index] as number, values[i] as number, firstRow + index);
    }
    this.#pyramid.grow(this.#y, this.#length);
  }

  /** The x and y of the point at a place, and its row; the place is at least 0 and below the length. */
  point(index: number): readonly [x: number, y: number, row: number] {
    return [this.#x[index] as number, this.#y[index] as number, this.#rows[index] as number];
  }

  /**
   * The part of the series from place `from` up to, not including, `to`, as few points.
   * @param maxPoints at most so many points are drawn; at least 8
   */
  window(from: number, to: number, maxPoints: number): SeriesPatch {
    const start = Math.max(0, from);
    const end = Math.min(this.#length, to);
    const drawn: number[] = [];
    const size = bucketSizeFor(end - start, Math.floor((maxPoints - 2) / 2) - 2);
    if (size === 1) for (let i = start; i < end; i++) drawn.push(i);
    else {
      // Buckets stand where they stand in the whole series; what sticks out of the window at its ends is looked at.
      drawn.push(start);
      for (let b = Math.floor(start / size); b * size < end; b++) {
        const [first, last] = [Math.max(start, b * size), Math.min(end, (b + 1) * size)];
        const extremes = last - first === size ? this.#pyramid.bucket(size, b) : scanned(this.#y, first, last - first);
        this.#draw(drawn, first, last - first, extremes);
      }
      drawn.push(end - 1);
    }
    return this.#toPatch(0, size === 1 ? drawn : [...new Set(drawn)]);
  }

  /**
   * What to draw, as a change of what the reader has; without a cursor, all of it.
   * @param maxPoints at most so many points are drawn; at least 8
   */
  patch(maxPoints: number, since?: SeriesCursor): { patch: SeriesPatch; cursor: SeriesCursor } {
    // Two points a bucket, and room for the first and the last point of all.
    const bucketSize = bucketSizeFor(this.#length, Math.floor((maxPoints - 2) / 2));
    const fits = since?.bucketSize === bucketSize && since.revision === this.#revision;
    const start = fits ? since : { fullBuckets: 0, settledPoints: 0, lastSettled: -1 };
    const fullBuckets = Math.floor(this.#length / bucketSize);
    const drawn: number[] = [];
    for (let b = start.fullBuckets; b < fullBuckets; b++) {
      if (bucketSize === 1) drawn.push(b);
      else this.#draw(drawn, b * bucketSize, bucketSize, this.#pyramid.bucket(bucketSize, b));
    }
    const settledPoints = start.settledPoints + drawn.length;
    const lastSettled = drawn.at(-1) ?? start.lastSettled;
    const open = fullBuckets * bucketSize;
    if (open < this.#length) {
      this.#draw(drawn, open, this.#length - open, scanned(this.#y, open, this.#length - open));
    }
    // The newest value is what people look for; it need not be an extreme.
    if (bucketSize > 1 && (drawn.at(-1) ?? lastSettled) !== this.#length - 1) drawn.push(this.#length - 1);
    return {
      patch: this.#toPatch(start.settledPoints, drawn),
      cursor: { bucketSize, fullBuckets, settledPoints, lastSettled, revision: this.#revision },
    };
  }

  #add(x: number, y: number, row: number): void {
    if (this.#length === this.#x.length) this.#double();
    const index = this.#length > 0 && x < (this.#x[this.#length - 1] as number) ? this.#open(x) : this.#length;
    this.#x[index] = x;
    this.#y[index] = y;
    this.#rows[index] = row;
    this.#length++;
    if (!Number.isFinite(y)) this.#notFinite++;
  }

  #toPatch(keep: number, drawn: readonly number[]): SeriesPatch {
    const rows = Uint32Array.from(drawn, (index) => this.#rows[index] as number);
    return { keep, x: this.#pick(this.#x, drawn), y: this.#pickValues(drawn), rows };
  }

  #draw(into: number[], start: number, count: number, extremes: Extremes): void {
    if (start === 0 && extremes?.[0] !== 0 && extremes?.[1] !== 0) into.push(0);
    if (!extremes) {
      if (start !== 0) into.push(start + count - 1); // nothing finite: one gap
      return;
    }
    const [lowest, highest] = extremes;
    into.push(Math.min(lowest, highest));
    if (lowest !== highest) into.push(Math.max(lowest, highest));
  }

  #pick(from: Float64Array, indices: readonly number[]): Float64Array {
    return Float64Array.from(indices, (index) => from[index] as number);
  }

  #pickValues(indices: readonly number[]): Float64Array {
    const values = this.#pick(this.#y, indices);
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = Number.NaN;
    return values;
  }

  /** Makes room for a point at `x` among those before it, and returns its place. */
  #open(x: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#x[middle] as number) <= x) low = middle + 1;
      else high = middle;
    }
    this.#x.copyWithin(low + 1, low, this.#length);
    this.#y.copyWithin(low + 1, low, this.#length);
    this.#rows.copyWithin(low + 1, low, this.#length);
    this.#pyramid.truncate(low);
    this.#revision++;
    return low;
  }

  #double(): void {
    const x = new Float64Array(this.#x.length * 2);
    const y = new Float64Array(this.#y.length * 2);
    const rows = new Uint32Array(this.#rows.length * 2);
    x.set(this.#x);
    y.set(this.#y);
    rows.set(this.#rows);
    this.#x = x;
    this.#y = y;
    this.#rows = rows;
  }
}
