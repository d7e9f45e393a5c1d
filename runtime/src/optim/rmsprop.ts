import * as tf from '../tf.js';
import { decayed } from './moments.js';
import { atLeastZero, type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends GradientOptions {
  /** Decay of the average; default 0.99. */
  alpha?: number;
  /** Added outside of the root; default 1e-8. */
  eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
  /** Default 0. */
  momentum?: number;
  /** Divide by the variance instead, the mean taken off; default false. */
  centered?: boolean;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
} satisfies Required<RMSpropOptions>;

/** Gradients divided by a moving root of their squares. Source: torch.optim.RMSprop; Hinton, lecture 6; centered as in Graves, 2013. */
export class RMSprop extends Optimizer<RMSpropOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(params, options, structuredClone<Required<RMSpropOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<RMSpropOptions>): void {
    super.check(group);
    for (const option of ['alpha', 'eps', 'weightDecay', 'momentum'] as const)
      atLeastZero('RMSprop', option, group[option]);
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<RMSpropOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, alpha, eps, weightDecay, momentum, centered } = group;
    const grad = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
    let square = decayed(slots, 'square_avg', tf.square(grad), alpha);
    if (centered) square = tf.sub(square, tf.square(decayed(slots, 'grad_avg', grad, alpha)));
    let step: tf.Tensor = tf.div(grad, tf.add(tf.sqrt(square), eps));
    if (momentum > 0) {
      const before = slots.get('momentum_buffer');
      if (before) step = tf.add(tf.mul(before, momentum), step);
      slots.set('momentum_buffer', step);
    }
    return tf.sub(value, tf.mul(step, lr));
  }
}
