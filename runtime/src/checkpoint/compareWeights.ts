import { CheckpointError } from './checkpointError.js';
import type { TensorSummary } from './checkpointHeader.js';
import type { CheckpointFile } from './openCheckpointFile.js';
import { numbersOf } from './tensorStatistics.js';
import { weightsOf } from './weights.js';

/** How far apart two tensors of the same shape are. */
export interface WeightDistance {
  readonly name: string;
  readonly shape: readonly number[];
  /** The length of the difference. NaN where a value of either is not finite. */
  readonly l2: number;
  /** The same over the length of the first; null when that is 0. */
  readonly relative: number | null;
  /** Cosine of the angle between them; null when one is all zeros. */
  readonly cosine: number | null;
  readonly maxAbs: number;
}

/** Two files' weights, by name. */
export interface WeightComparison {
  readonly distances: readonly WeightDistance[];
  /** In the first only. */
  readonly removed: readonly TensorSummary[];
  /** In the second only. */
  readonly added: readonly TensorSummary[];
  /** In both, with another shape. */
  readonly reshaped: readonly {
    readonly name: string;
    readonly from: readonly number[];
    readonly to: readonly number[];
  }[];
  /** Of the same shape, but of numbers that have no distance here, such as complex ones. */
  readonly skipped: readonly string[];
}

/**
 * Compares the weights of two files, of whichever formats, a piece of each at a time.
 * @param onProgress is told after each weight how many of those that both have are done
 * @throws CheckpointError when one cannot be read; the signal's reason when it aborts
 */
export async function compareWeights(
  from: CheckpointFile,
  to: CheckpointFile,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<WeightComparison> {
  const [before, after] = [weightsOf(from), weightsOf(to)];
  const distances: WeightDistance[] = [];
  const reshaped: { name: string; from: readonly number[]; to: readonly number[] }[] = [];
  const skipped: string[] = [];
  const common = [...before.keys()].filter((name) => after.has(name));
  for (const [index, name] of common.entries()) {
    const [a, b] = [before.get(name), after.get(name)];
    if (!a || !b) continue;
    if (!isSameShape(a.shape, b.shape)) reshaped.push({ name, from: a.shape, to: b.shape });
    else {
      try {
        distances.push({ name, shape: a.shape, ...(await distance(from, a, to, b, signal)) });
      } catch (error) {
        if (!(error instanceof CheckpointError) || error.code !== 'checkpoint-dtype') throw error;
        skipped.push(name);
      }
    }
    onProgress?.(index + 1, common.length);
  }
  return {
    distances,
    reshaped,
    skipped,
    removed: [...before].filter(([name]) => !after.has(name)).map(([name, tensor]) => ({ ...tensor, name })),
    added: [...after].filter(([name]) => !before.has(name)).map(([name, tensor]) => ({ ...tensor, name })),
  };
}

async function distance(
  from: CheckpointFile,
  a: TensorSummary,
  to: CheckpointFile,
  b: TensorSummary,
  signal: AbortSignal | undefined,
): Promise<Omit<WeightDistance, 'name' | 'shape'>> {
  let [difference, lengthA, lengthB, product, maxAbs] = [0, 0, 0, 0, 0];
  const others = numbersOf(to, b, signal);
  try {
    for await (const values of numbersOf(from, a, signal)) {
      const other = (await others.next()).value; // pieces have equally many elements, whatever their types
      if (!other) break;
      for (let i = 0; i < values.length; i++) {
        const [x, y] = [values[i] as number, other[i] as number];
        const apart = x === y ? 0 : y - x;
        difference += apart * apart;
        lengthA += x * x;
        lengthB += y * y;
        product += x * y;
        maxAbs = Math.max(maxAbs, Math.abs(apart)); // stays NaN once it is
      }
    }
  } finally {
    await others.return();
  }
  const lengths = Math.sqrt(lengthA) * Math.sqrt(lengthB);
  return {
    l2: Math.sqrt(difference),
    relative: lengthA === 0 ? null : Math.sqrt(difference / lengthA),
    cosine: lengths === 0 ? null : Math.max(-1, Math.min(1, product / lengths)),
    maxAbs,
  };
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
