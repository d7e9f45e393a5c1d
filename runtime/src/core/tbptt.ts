import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';

/**
 * A batch in pieces of `splitSize` steps of time, which is the second dimension of its tensors. Source: PyTorch Lightning 1.6,
 * `tbptt_split_batch`.
 * @throws MisconfigurationError for a batch without tensors of time, and for tensors of different lengths
 */
export function splitTime(batch: unknown, splitSize: number): unknown[] {
  const entries = entriesOf(batch);
  const lengths = new Set(entries.flatMap((entry) => (isSequence(entry) ? [entry.shape[1] as number] : [])));
  const [length] = lengths;
  if (length === undefined || lengths.size > 1) {
    throw new MisconfigurationError({
      code: 'tbptt-batch',
      found:
        length === undefined
          ? 'truncatedBpttSteps is set, but the batch has no tensor of shape [batch, time, …].'
          : `truncatedBpttSteps is set, but the batch's tensors have ${[...lengths].join(' and ')} steps of time.`,
      fix: 'Override tbpttSplitBatch(batch, splitSize) and return the pieces.',
    });
  }
  return Array.from({ length: Math.ceil(length / splitSize) }, (_, index) => {
    const from = index * splitSize;
    return rebuild(batch, (entry) => {
      if (!isSequence(entry)) return entry;
      const [samples = 0, , ...rest] = entry.shape;
      const size = Math.min(splitSize, length - from);
      return tf.slice(entry, [0, from, ...rest.map(() => 0)], [samples, size, ...rest]);
    });
  });
}

function isSequence(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor && value.rank >= 2;
}

function entriesOf(batch: unknown): unknown[] {
  if (batch instanceof tf.Tensor || typeof batch !== 'object' || batch === null) return [batch];
  return Object.values(batch);
}

function rebuild(batch: unknown, replace: (entry: unknown) => unknown): unknown {
  if (batch instanceof tf.Tensor || typeof batch !== 'object' || batch === null) return replace(batch);
  if (Array.isArray(batch)) return batch.map(replace);
  return Object.fromEntries(Object.entries(batch).map(([name, entry]) => [name, replace(entry)]));
}
