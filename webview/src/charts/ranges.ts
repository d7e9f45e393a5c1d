/** The ends of an axis. */
export type Range = readonly [from: number, to: number];

/** Room above and below a line, as part of the range. */
const MARGIN = 0.05;

/** The least and the greatest of the finite values; undefined when there is none. */
export function extent(values: readonly number[]): Range | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** From the 1st to the 99th percentile of the finite values, with a margin; undefined when there is no range. */
export function robustRange(values: readonly number[]): Range | undefined {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (sorted.length < 3) return undefined;
  const low = sorted[Math.floor((sorted.length - 1) * 0.01)] as number;
  const high = sorted[Math.ceil((sorted.length - 1) * 0.99)] as number;
  const margin = (high - low) * MARGIN;
  return margin > 0 ? [low - margin, high + margin] : undefined;
}

/** A range made larger or smaller about a point in it, also on a logarithmic axis. */
export function scaled([from, to]: Range, factor: number, about: number, isLog: boolean): Range {
  if (isLog) {
    const range = scaled([Math.log(from), Math.log(to)], factor, Math.log(about), false);
    return [Math.exp(range[0]), Math.exp(range[1])];
  }
  return [about - (about - from) * factor, about + (to - about) * factor];
}

/** A range moved by a part of its own length, also on a logarithmic axis. */
export function shifted([from, to]: Range, part: number, isLog: boolean): Range {
  if (isLog) {
    const factor = (to / from) ** part;
    return [from * factor, to * factor];
  }
  const by = (to - from) * part;
  return [from + by, to + by];
}
