/** Samples on the host. */
export interface HostBatch {
  /** One sample after the other, values from 0 to 1. */
  readonly values: Float32Array;
  /** From 0 to 9. */
  readonly labels: Int32Array;
  /** Numbers in a sample. */
  readonly size: number;
}

/** Samples of noise: how long a step takes does not depend on what it learns. */
export function noise(count: number, shape: readonly number[]): HostBatch {
  const random = mulberry(1);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: count * size }, random);
  return { values, labels: Int32Array.from({ length: count }, () => Math.floor(random() * 10)), size };
}

/** Part of some samples, without a copy. */
export function slice({ values, labels, size }: HostBatch, from: number, to: number): HostBatch {
  return { values: values.subarray(from * size, to * size), labels: labels.subarray(from, to), size };
}

/** A generator with a seed. Source: mulberry32, public domain. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
