import { expect } from 'vitest';
import * as tf from '../../tf.js';
import { startEngine } from '../index.js';

/** The tolerance for float32 results that were summed up in another order, relative to the largest value. */
export const SUM_ORDER_TOLERANCE = 2e-5;

/** Starts both engines; the active one is wasm. tfjs then also checks every kernel call for tensors left behind. */
export async function startEngines(): Promise<void> {
  await startEngine('cpu', { engine: 'cpu' });
  await startEngine('cpu', { engine: 'wasm' });
  tf.env().set('IS_TEST', true);
}

/** Runs `compute` on the reference and on wasm, and expects the same shapes, dtypes and numbers, and nothing left behind. */
export async function expectSameOnBoth(
  compute: () => tf.Tensor[],
  tolerance: number = SUM_ORDER_TOLERANCE,
): Promise<void> {
  const expected = await runOn('cpu', compute);
  const found = await runOn('wasm', compute);
  const kind = ({ shape, dtype }: Result) => ({ shape, dtype });
  expect(found.map(kind)).toEqual(expected.map(kind));
  for (const [i, { values }] of found.entries()) expectClose(values, expected[i]?.values as Float32Array, tolerance);
}

/**
 * Expects numbers to differ by no more than `tolerance` times the largest of them (or times 1 if all are small). What is not a
 * number, or infinite, is so on both sides.
 */
export function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs).filter(Number.isFinite));
  const wrong = Array.from(expected, (value, i) => ({ i, expected: value, found: found[i] as number })).filter(
    (pair) => !Object.is(pair.found, pair.expected) && !(Math.abs(pair.found - pair.expected) <= tolerance * scale),
  );
  expect(wrong.slice(0, 3)).toEqual([]);
}

/** Expects `run` to leave neither a tensor nor memory on the engine's heap. */
export function expectNoLeak(run: () => void): void {
  const before = counts();
  run();
  expect(counts()).toEqual(before);
}

/**
 * Expects the gradient of `f` at `x` to agree with the slope of `f` along a random direction. The default step suits
 * functions that are linear or smooth near `x`; the tolerance is what float32 leaves of the difference.
 */
export function expectSlope(
  f: (x: tf.Tensor) => tf.Scalar,
  x: { values: Float32Array; shape: number[] },
  direction: Float32Array,
  { step = 1e-2, tolerance = 5e-3 }: { step?: number; tolerance?: number } = {},
): void {
  const at = (scale: number): number =>
    tf.tidy(() =>
      f(
        tf.tensor(
          x.values.map((value, i) => value + scale * (direction[i] as number)),
          x.shape,
        ),
      ).dataSync(),
    )[0] as number;
  const slope = (at(step) - at(-step)) / (2 * step);
  const gradient = tf.tidy(() => Float32Array.from(tf.grad(f)(tf.tensor(x.values, x.shape)).dataSync()));
  const expected = gradient.reduce((sum, value, i) => sum + value * (direction[i] as number), 0);
  expect(Math.abs(slope - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

interface Result {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly values: Float32Array;
}

async function runOn(backend: 'cpu' | 'wasm', compute: () => tf.Tensor[]): Promise<Result[]> {
  await tf.setBackend(backend);
  const before = counts();
  const tensors = tf.tidy(compute);
  const results = tensors.map((tensor) => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: Float32Array.from(tensor.dataSync()),
  }));
  tf.dispose(tensors);
  expect(counts()).toEqual(before);
  return results;
}

function counts(): { tensors: number; buffers: number } {
  // Kernels of one engine may work on the other.
  const buffers = ['cpu', 'wasm'].reduce((sum, name) => sum + tf.findBackend(name).numDataIds(), 0);
  return { tensors: tf.memory().numTensors, buffers };
}
