import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { atLeastZero } from './optimizer.js';
import type { Slots } from './slots.js';

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
