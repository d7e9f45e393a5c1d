/** Marks a bucket in which no value is finite. */
const NONE = 0xffff_ffff;
/** Points in a bucket of the finest level; with fewer, a bucket's two extremes would be as many as its points. */
const FINEST = 4;

interface Level {
  count: number;
  lowest: Uint32Array;
  highest: Uint32Array;
}

/** The places of a bucket's lowest and highest finite value, or undefined when it has none. */
export type Extremes = readonly [lowest: number, highest: number] | undefined;

/**
 * Where the lowest and the highest value of every full bucket of 4, 8, 16 … points are, kept up to date as points are added.
 * Any number of points can then be drawn as few without looking at all of them. Cost: 4 bytes a point, constant time to add.
 */
export class ExtremesPyramid {
  readonly #levels: Level[] = [];

  /** Takes in the points that were added since the last call; `values` holds `length` of them. */
  grow(values: Float64Array, length: number): void {
    for (let k = 0, size = FINEST; size <= length; k++, size *= 2) {
      const level = this.#level(k);
      const finer = this.#levels[k - 1];
      const before = level.count;
      while ((level.count + 1) * size <= length) {
        const b = level.count;
        push(level, finer ? joined(values, at(finer, 2 * b), at(finer, 2 * b + 1)) : scanned(values, b * size, size));
      }
      // A coarser bucket closes only when a finer one does.
      if (level.count === before) break;
    }
  }

  /** Forgets every bucket that holds a point at or after `index`. */
  truncate(index: number): void {
    let size = FINEST;
    for (const level of this.#levels) {
      level.count = Math.min(level.count, Math.floor(index / size));
      size *= 2;
    }
  }

  /** The extremes of the `index`-th full bucket of `size` points; `size` is one that {@link bucketSizeFor} gave, above 1. */
  bucket(size: number, index: number): Extremes {
    const level = this.#levels[Math.log2(size / FINEST)];
    return level && index < level.count ? at(level, index) : undefined;
  }

  #level(k: number): Level {
    let level = this.#levels[k];
    if (!level) {
      level = { count: 0, lowest: new Uint32Array(16), highest: new Uint32Array(16) };
      this.#levels.push(level);
    }
    return level;
  }
}

/** The size of the smallest buckets of which at most `maxBuckets` cover `length` points; 1 when no bucket is needed. */
export function bucketSizeFor(length: number, maxBuckets: number): number {
  if (length <= 2 * maxBuckets) return 1;
  let size = FINEST;
  while (Math.ceil(length / size) > maxBuckets) size *= 2;
  return size;
}

/** The extremes of `values[start]` to `values[start + count - 1]`. */
export function scanned(values: Float64Array, start: number, count: number): Extremes {
  let lowest = NONE;
  let highest = NONE;
  for (let i = start; i < start + count; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (lowest === NONE || value < (values[lowest] as number)) lowest = i;
    if (highest === NONE || value > (values[highest] as number)) highest = i;
  }
  return lowest === NONE ? undefined : [lowest, highest];
}

function joined(values: Float64Array, left: Extremes, right: Extremes): Extremes {
  if (!left || !right) return left ?? right;
  const value = (index: number) => values[index] as number;
  return [value(right[0]) < value(left[0]) ? right[0] : left[0], value(right[1]) > value(left[1]) ? right[1] : left[1]];
}

function at(level: Level, index: number): Extremes {
  const lowest = level.lowest[index] as number;
  return lowest === NONE ? undefined : [lowest, level.highest[index] as number];
}

function push(level: Level, extremes: Extremes): void {
  if (level.count === level.lowest.length) {
    level.lowest = doubled(level.lowest);
    level.highest = doubled(level.highest);
  }
  level.lowest[level.count] = extremes ? extremes[0] : NONE;
  level.highest[level.count] = extremes ? extremes[1] : NONE;
  level.count++;
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
