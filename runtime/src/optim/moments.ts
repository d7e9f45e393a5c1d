import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { atLeastZero, type GradientOptions } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link NAdam} and {@link RAdam}. */
export interface MomentOptions extends GradientOptions {
  /** Decay of the two moments; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
  /** Decay the weights themselves, as AdamW does, and leave the gradient alone; default false. */
  decoupledWeightDecay?: boolean;
}

/** Weights and gradient once the decay went to where it goes: off the weights, or into the gradient. */
export function withDecay(
  value: tf.Tensor,
  gradient: tf.Tensor,
  {
    lr,
    weightDecay,
    decoupledWeightDecay,
  }: Pick<Required<MomentOptions>, 'lr' | 'weightDecay' | 'decoupledWeightDecay'>,
): { readonly weights: tf.Tensor; readonly grad: tf.Tensor } {
  if (decoupledWeightDecay) return { weights: tf.mul(value, 1 - lr * weightDecay), grad: gradient };
  return { weights: value, grad: weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay)) };
}

/** A moving average in a slot, which begins at zero: moves it towards the value and returns it. */
export function decayed(slots: Slots, name: string, value: tf.Tensor, beta: number): tf.Tensor {
  const before = slots.get(name);
  const added = tf.mul(value, 1 - beta);
  const average = before ? tf.add(tf.mul(before, beta), added) : added;
  slots.set(name, average);
  return average;
}

/** @throws MisconfigurationError unless the betas are from 0 to below 1, and eps and weightDecay from 0 up */
export function checkMoments(
  optimizer: string,
  group: { readonly betas: readonly [number, number]; readonly eps: number; readonly weightDecay: number },
): void {
  atLeastZero(optimizer, 'eps', group.eps);
  atLeastZero(optimizer, 'weightDecay', group.weightDecay);
  if (group.betas.every((beta) => beta >= 0 && beta < 1)) return;
  throw new MisconfigurationError({
    code: 'optimizer-option',
    found: `${optimizer}: \`betas\` is [${group.betas}].`,
    allowed: 'two numbers, from 0 to below 1',
  });
}
