import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { decayed } from './moments.js';
import { atLeastZero, type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends GradientOptions {
  /** Decay of the two averages; default 0.9. */
  rho?: number;
  /** Default 1e-6. */
  eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1,
  rho: 0.9,
  eps: 1e-6,
  weightDecay: 0,
  maximize: false,
} satisfies Required<AdadeltaOptions>;

/** Steps in the units of the weights. Source: torch.optim.Adadelta; Zeiler, 2012, algorithm 1. */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<AdadeltaOptions>, options: AdadeltaOptions = {}) {
    super(params, options, structuredClone<Required<AdadeltaOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<AdadeltaOptions>): void {
    super.check(group);
    atLeastZero('Adadelta', 'eps', group.eps);
    atLeastZero('Adadelta', 'weightDecay', group.weightDecay);
    if (group.rho >= 0 && group.rho <= 1) return;
    throw new MisconfigurationError({
      code: 'optimizer-option',
      found: `Adadelta: \`rho\` is ${group.rho}.`,
      allowed: 'a number from 0 to 1',
    });
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<AdadeltaOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, rho, eps, weightDecay } = group;
    const grad = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
    const square = decayed(slots, 'square_avg', tf.square(grad), rho);
    const root = tf.sqrt(tf.add(slots.get('acc_delta') ?? 0, eps));
    const delta = tf.mul(tf.div(root, tf.sqrt(tf.add(square, eps))), grad);
    decayed(slots, 'acc_delta', tf.square(delta), rho);
    return tf.sub(value, tf.mul(delta, lr));
  }
}
