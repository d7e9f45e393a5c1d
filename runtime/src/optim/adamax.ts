import * as tf from '../tf.js';
import { checkMoments, decayed } from './moments.js';
import { type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Adamax}. */
export interface AdamaxOptions extends GradientOptions {
  /** Decay of the two moments; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
} satisfies Required<AdamaxOptions>;

/** Adam by the infinity norm. Source: torch.optim.Adamax; Kingma and Ba, 2015, algorithm 2, with eps inside of the maximum as in torch. */
export class Adamax extends Optimizer<AdamaxOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<AdamaxOptions>, options: AdamaxOptions = {}) {
    super(params, options, structuredClone<Required<AdamaxOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<AdamaxOptions>): void {
    super.check(group);
    checkMoments(this.constructor.name, group);
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<AdamaxOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, betas, eps, weightDecay } = group;
    const [beta1, beta2] = betas;
    const grad = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
    const first = decayed(slots, 'exp_avg', grad, beta1);
    const size = tf.add(tf.abs(grad), eps);
    const before = slots.get('exp_inf');
    const norm = before ? tf.maximum(tf.mul(before, beta2), size) : size;
    slots.set('exp_inf', norm);
    return tf.sub(value, tf.mul(tf.div(first, norm), lr / (1 - beta1 ** slots.step)));
  }
}
