import * as tf from '../tf.js';

/**
 * A batch in parts, one for each logical device: every tensor is cut along its first dimension into pieces of equal size, the last
 * one smaller, and there may be fewer pieces than devices. What is no tensor, or has no dimension, goes into each part.
 * Source: torch's DataParallel (`scatter`, `chunk`).
 */
export function splitForDevices(batch: unknown, devices: number): unknown[] {
  const counts: number[] = [];
  visit(batch, (tensor) => {
    const samples = tensor.shape[0] ?? 0;
    counts.push(Math.ceil(samples / pieceSize(samples, devices)));
    return tensor;
  });
  const parts = counts.length === 0 ? devices : Math.max(1, Math.min(...counts));
  return Array.from({ length: parts }, (_, index) =>
    visit(batch, (tensor) => {
      const samples = tensor.shape[0] ?? 0;
      const size = pieceSize(samples, devices);
      const from = index * size;
      return tf.slice(
        tensor,
        [from, ...tensor.shape.slice(1).map(() => 0)],
        [Math.max(0, Math.min(size, samples - from)), ...tensor.shape.slice(1)],
      );
    }),
  );
}

/**
 * The outputs of all parts as one: tensors and numbers are averaged, of anything else the first part's counts. Steps that returned
 * nothing are left out. Source: PyTorch Lightning 1.6, `DataParallelStrategy.reduce`.
 */
export function meanOfParts(outputs: readonly unknown[]): unknown {
  const present = outputs.filter((output) => output !== undefined && output !== null);
  const [first] = present;
  if (present.every((output) => output instanceof tf.Tensor)) {
    return first && tf.mean(tf.concat(present.map((tensor) => tf.reshape(tf.cast(tensor, 'float32'), [-1]))));
  }
  if (present.every((output) => typeof output === 'number')) {
    return present.reduce((sum, value) => sum + value, 0) / present.length;
  }
  if (!isPlain(first)) return first;
  const names = Object.keys(first);
  return Object.fromEntries(
    names.map((name) => [name, meanOfParts(present.map((output) => (isPlain(output) ? output[name] : undefined)))]),
  );
}

function pieceSize(samples: number, devices: number): number {
  return Math.max(1, Math.ceil(samples / devices));
}

function visit(value: unknown, replace: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (value instanceof tf.Tensor) return value.rank === 0 ? value : replace(value);
  if (Array.isArray(value)) return value.map((entry) => visit(entry, replace));
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, visit(entry, replace)]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, visit(entry, replace)]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
