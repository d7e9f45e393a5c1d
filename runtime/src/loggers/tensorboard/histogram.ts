import { MisconfigurationError } from '../../errors/index.js';
import type { Histogram } from './messages.js';

/** Bucket edges that grow by a tenth, to both sides of zero. Source: TensorFlow's `histogram.cc`. */
let defaultEdges: Float64Array | undefined;

function tensorflowEdges(): Float64Array {
  if (defaultEdges) return defaultEdges;
  const positive: number[] = [];
  for (let edge = 1e-12; edge < 1e20; edge *= 1.1) positive.push(edge);
  defaultEdges = Float64Array.from([...positive.map((edge) => -edge).reverse(), 0, ...positive]);
  return defaultEdges;
}

/**
 * Counts values between edges. Buckets without values at both ends are left out, but for one before the first that has some.
 * @param edges rising; default TensorFlow's, from -1e20 to 1e20. A value on an inner edge belongs to the bucket above it.
 * @throws MisconfigurationError for no values, and for values that are not finite
 */
export function makeHistogram(values: ArrayLike<number>, edges: ArrayLike<number> = tensorflowEdges()): Histogram {
  const buckets = edges.length - 1;
  const counts = new Float64Array(buckets);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let sumSquares = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) throw notFinite(value);
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumSquares += value * value;
    const bucket = bucketOf(value, edges);
    if (bucket !== undefined) counts[bucket]! += 1; // within the array: bucketOf says so
  }
  if (values.length === 0) {
    throw new MisconfigurationError({ code: 'histogram-empty', found: 'addHistogram was given no values.' });
  }
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const start = Math.max(first, 0);
  const end = first === -1 ? buckets : last + 1;
  const before = start > 0 ? counts.slice(start - 1, end) : Float64Array.from([0, ...counts.slice(0, end)]);
  const limits = Float64Array.from({ length: end + 1 - start }, (_, index) => edges[start + index] as number);
  return { min, max, num: values.length, sum, sumSquares, bucketLimits: limits, bucketCounts: before };
}

/** The bucket of a value, by halving; the last one has both its edges. */
function bucketOf(value: number, edges: ArrayLike<number>): number | undefined {
  const last = edges.length - 1;
  if (value < (edges[0] as number) || value > (edges[last] as number)) return undefined;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= (edges[middle] as number)) low = middle;
    else high = middle;
  }
  return low;
}

function notFinite(value: number): MisconfigurationError {
  return new MisconfigurationError({
    code: 'histogram-not-finite',
    found: `addHistogram was given ${value}.`,
    allowed: 'finite numbers',
  });
}
