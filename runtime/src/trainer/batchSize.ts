import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';

/**
 * Samples in a batch: the first dimension of its first tensor, 1 for a tensor without dimensions; of a list without tensors its
 * length. Values of other sizes beside it are told by `warn`.
 * Source: PyTorch Lightning, `utilities/data.py`, `extract_batch_size`.
 * @throws MisconfigurationError when nothing in the batch tells a size
 */
export function extractBatchSize(batch: unknown, name: string, warn: (message: string) => void): number {
  let size: number | undefined;
  for (const found of sizesIn(batch)) {
    if (size === undefined) size = found;
    else if (size !== found) {
      warn(
        `log('${name}'): trying to infer the batchSize from an ambiguous collection. The batch size we found is ${size}. To avoid any miscalculations, use this.log('${name}', …, { batchSize }).`,
      );
      break;
    }
  }
  if (size !== undefined) return size;
  if (Array.isArray(batch)) return batch.length;
  throw new MisconfigurationError({
    code: 'log-batch-size',
    found: `log('${name}') takes the mean over batches, but we could not infer the batchSize from the batch: it holds no tensor.`,
    fix: `Give it: this.log('${name}', value, { batchSize: … }).`,
  });
}

/** Undefined for a value that is neither a tensor nor holds some. */
function* sizesIn(value: unknown): Generator<number | undefined> {
  if (value instanceof tf.Tensor) yield value.shape[0] ?? 1;
  else if (value instanceof Map) for (const inner of value.values()) yield* sizesIn(inner);
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) yield* sizesIn(inner);
  } else yield undefined;
}
