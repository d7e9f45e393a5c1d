import * as tf from '../tf.js';
import { atLeastZero, type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link ASGD}. */
export interface ASGDOptions extends GradientOptions {
  /** Decay of the weights and of the rate; default 1e-4. */
  lambd?: number;
  /** Power of the rate's decay; default 0.75. */
  alpha?: number;
  /** Step at which averaging begins; default 1e6. */
  t0?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-2,
  lambd: 1e-4,
  alpha: 0.75,
  t0: 1e6,
  weightDecay: 0,
  maximize: false,
} satisfies Required<ASGDOptions>;

/** Stochastic gradient descent that also keeps the average of the weights, in the slot `ax`. Source: torch.optim.ASGD; Polyak and Juditsky, 1992. */
export class ASGD extends Optimizer<ASGDOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<ASGDOptions>, options: ASGDOptions = {}) {
    super(params, options, structuredClone<Required<ASGDOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<ASGDOptions>): void {
    super.check(group);
    atLeastZero('ASGD', 'weightDecay', group.weightDecay);
  }

  protected override slotShape(slot: string, { shape }: tf.Variable): readonly number[] {
    return slot === 'eta' ? [] : shape;
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<ASGDOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, lambd, alpha, t0, weightDecay } = group;
    const { step } = slots;
    const grad = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
    // The rate of this step was set at the end of the one before.
    const eta = slots.get('eta') ?? tf.scalar(lr);
    const next = tf.sub(tf.mul(value, tf.sub(1, tf.mul(eta, lambd))), tf.mul(grad, eta));
    const mu = 1 / Math.max(1, step - 1 - t0);
    const average = slots.get('ax');
    slots.set('ax', average && mu !== 1 ? tf.add(average, tf.mul(tf.sub(next, average), mu)) : next);
    slots.set('eta', tf.scalar(lr / (1 + lambd * lr * step) ** alpha));
    return next;
  }
}
