import { CheckpointError } from './checkpointError.js';
import type { TensorSummary } from './checkpointHeader.js';
import { decodeElements, elementBytes, isReal } from './elements.js';
import type { CheckpointFile } from './openCheckpointFile.js';
import { quote } from './safetensorsHeader.js';
import type { TorchValues } from './torch/dtypes.js';

/** How many elements are looked at between two turns of the event loop: about two milliseconds. */
const PIECE_ELEMENTS = 1 << 17;
/** How many intervals a histogram has when nothing is said. */
const BINS = 40;

/** What the values of one tensor are like. Mean, deviation and the range are those of its finite values; null without any. */
export interface TensorStatistics {
  readonly count: number;
  readonly nanCount: number;
  readonly infiniteCount: number;
  readonly zeroCount: number;
  readonly mean: number | null;
  /** Of the values themselves (divided by n). */
  readonly std: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** How many finite values lie in each of the equal intervals between `min` and `max`; the last includes `max`. Empty without any. */
  readonly histogram: readonly number[];
}

/**
 * Goes over one tensor's values, twice, a piece at a time with a turn of the event loop between them.
 * @param signal ends it, which then rejects with the signal's reason
 * @throws CheckpointError for a tensor of complex numbers, and when the file cannot be read
 */
export async function tensorStatistics(
  file: CheckpointFile,
  tensor: TensorSummary,
  { signal, bins = BINS }: { signal?: AbortSignal; bins?: number } = {},
): Promise<TensorStatistics> {
  const sums = new Sums();
  for await (const values of numbersOf(file, tensor, signal)) sums.add(values);
  const { min, max } = sums;
  const counts = new Array<number>(sums.finiteCount === 0 ? 0 : bins).fill(0);
  if (sums.finiteCount > 0) {
    for await (const values of numbersOf(file, tensor, signal)) addToBins(counts, values, min, max);
  }
  return { ...sums.result(), histogram: counts };
}

/**
 * One tensor's values as numbers, a piece of the same number of elements at a time. 64-bit integers are rounded to numbers.
 * @throws CheckpointError for complex numbers
 */
export async function* numbersOf(
  file: CheckpointFile,
  tensor: TensorSummary,
  signal?: AbortSignal,
): AsyncGenerator<Exclude<TorchValues, BigInt64Array | BigUint64Array>, void, undefined> {
  const { name, dtype } = tensor;
  if (!isReal(dtype)) {
    throw new CheckpointError(file.path, {
      code: 'checkpoint-dtype',
      found: `holds ${quote(name)} as complex numbers, which have no order.`,
    });
  }
  for await (const bytes of file.pieces(tensor, PIECE_ELEMENTS * elementBytes(dtype))) {
    signal?.throwIfAborted();
    const values = decodeElements(dtype, bytes);
    yield values instanceof BigInt64Array || values instanceof BigUint64Array
      ? Float64Array.from(values, Number)
      : values;
    await new Promise((resolve) => setImmediate(resolve)); // others have their turn
  }
  signal?.throwIfAborted();
}

/** Chan's update of mean and squared deviations, a piece at a time: it does not cancel where a plain sum of squares would. */
class Sums {
  finiteCount = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #count = 0;
  #nan = 0;
  #zero = 0;
  #mean = 0;
  #squares = 0;

  add(values: ArrayLike<number>): void {
    let [count, sum, nan, zero, min, max] = [0, 0, 0, 0, this.min, this.max];
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (Number.isFinite(value)) {
        count++;
        sum += value;
        if (value === 0) zero++;
        if (value < min) min = value;
        if (value > max) max = value;
      } else if (Number.isNaN(value)) nan++;
    }
    this.#count += values.length;
    this.#nan += nan;
    this.#zero += zero;
    this.min = min;
    this.max = max;
    if (count === 0) return;
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (Number.isFinite(value)) squares += (value - mean) ** 2;
    }
    const total = this.finiteCount + count;
    const apart = mean - this.#mean;
    this.#squares += squares + (apart ** 2 * this.finiteCount * count) / total;
    this.#mean += (apart * count) / total;
    this.finiteCount = total;
  }

  result(): Omit<TensorStatistics, 'histogram'> {
    const isEmpty = this.finiteCount === 0;
    return {
      count: this.#count,
      nanCount: this.#nan,
      infiniteCount: this.#count - this.#nan - this.finiteCount,
      zeroCount: this.#zero,
      mean: isEmpty ? null : this.#mean,
      std: isEmpty ? null : Math.sqrt(this.#squares / this.finiteCount),
      min: isEmpty ? null : this.min,
      max: isEmpty ? null : this.max,
    };
  }
}

function addToBins(counts: number[], values: ArrayLike<number>, min: number, max: number): void {
  // Halved first: between the largest float64 of either sign lies more than a number can hold.
  const width = max / 2 - min / 2;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const place = width === 0 ? 0 : ((value / 2 - min / 2) / width) * counts.length;
    const bin = Math.min(counts.length - 1, Math.floor(place));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}
