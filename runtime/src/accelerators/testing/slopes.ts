import { expect } from 'vitest';
import * as tf from '../../tf.js';
import type { OpCase, OpInput } from './ops/opCase.js';
import type { TestRandom } from './random.js';

/** Half of a difference quotient's step. Inputs keep ten times this distance from kinks. */
const STEP = 5e-3;
const DIRECTIONS = 3;
/** What float32 leaves of a difference quotient, relative to the sum of what was added up. */
const TOLERANCE = 3e-3;

/** Weights for an output's numbers, whose weighted sum is what gradients are of. */
export type Weigh = (size: number, output: number) => Float32Array;

/**
 * Expects the gradient of each input to agree with the slope along random directions, for a random weighing of the
 * outputs. Slopes come from four points each, so that curvature does not matter; the weighing is done in float64.
 */
export function expectGradientsFollowSlopes({ inputs, run }: OpCase, random: TestRandom): void {
  const weights = outputsOf(run, inputs).map(({ length }) => random.floats([length]));
  const lossAt = (changed: readonly OpInput[]) =>
    outputsOf(run, changed).reduce(
      (sum, output, i) => sum + output.reduce((part, value, j) => part + value * (weights[i]?.[j] as number), 0),
      0,
    );
  const weigh: Weigh = (_size, output) => weights[output] as Float32Array; // one for each output
  const gradients = tf.tidy(() => gradientsOf({ inputs, run }, weigh).map((gradient) => gradient.dataSync()));
  for (const [i, { shape, values }] of inputs.entries()) {
    for (let n = 0; n < DIRECTIONS; n++) {
      const direction = random.floats(shape);
      const at = (step: number) =>
        lossAt(inputs.with(i, { shape, values: values.map((value, j) => value + step * (direction[j] as number)) }));
      const slope = (step: number) => (at(step) - at(-step)) / (2 * step);
      const expected = (4 * slope(STEP) - slope(2 * STEP)) / 3;
      const found = direction.reduce((sum, value, j) => sum + value * (gradients[i]?.[j] as number), 0);
      const isClose = Math.abs(found - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
      expect(isClose ? undefined : { input: i, found, expected }).toBeUndefined();
    }
  }
}

/** The gradients of the outputs' weighted sum with respect to each input; each has its input's shape. */
export function gradientsOf({ inputs, run }: OpCase, weigh: Weigh): tf.Tensor[] {
  const loss = (...tensors: tf.Tensor[]) =>
    tf.addN(asArray(run(...tensors)).map((out, i) => tf.sum(tf.mul(out, tf.tensor(weigh(out.size, i), out.shape)))));
  return tf.grads(loss)(makeTensors(inputs));
}

/** The outputs' numbers. */
export function outputsOf(run: OpCase['run'], inputs: readonly OpInput[]): Float32Array[] {
  return tf.tidy(() => asArray(run(...makeTensors(inputs))).map((out) => Float32Array.from(out.dataSync())));
}

/** The inputs as tensors of the active engine. */
export function makeTensors(inputs: readonly OpInput[]): tf.Tensor[] {
  return inputs.map(({ shape, values }) => tf.tensor(values, shape));
}

/** One output or several, as a list. */
export function asArray(out: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
  return Array.isArray(out) ? out : [out];
}
