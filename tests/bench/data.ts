/** A batch on the host. */
export interface HostBatch {
  /** One image after the other, values from 0 to 1. */
  readonly pixels: Float32Array;
  /** From 0 to 9. */
  readonly labels: Int32Array;
}

/** Width times height of an image. */
export const PIXELS = 28 * 28;

/** Images of noise: how long a step takes does not depend on what it learns. */
export function noiseImages(count: number): HostBatch {
  const random = mulberry(1);
  const pixels = Float32Array.from({ length: count * PIXELS }, random);
  return { pixels, labels: Int32Array.from({ length: count }, () => Math.floor(random() * 10)) };
}

/** Part of some images, without a copy. */
export function sliceImages({ pixels, labels }: HostBatch, from: number, to: number): HostBatch {
  return { pixels: pixels.subarray(from * PIXELS, to * PIXELS), labels: labels.subarray(from, to) };
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
