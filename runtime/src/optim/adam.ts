import * as tf from '../tf.js';
import { checkMoments, decayed } from './moments.js';
import { Optimizer, type OptimizerOptions, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the two moments; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
  /** Divide by the largest second moment so far; default false. */
  amsgrad?: boolean;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
} satisfies Required<AdamOptions>;

/** Adam. Source: torch.optim.Adam; Kingma and Ba, 2015, algorithm 1, with eps outside of the corrected root as in torch. */
export class Adam extends Optimizer<AdamOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<AdamOptions>, options: AdamOptions = {}) {
    super(params, options, { ...DEFAULTS, betas: [0.9, 0.999] });
  }

  protected override check(group: ParamGroup<AdamOptions>): void {
    super.check(group);
    checkMoments(this.constructor.name, group);
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<AdamOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { weightDecay } = group;
    return adamStep(value, weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay)), group, slots);
  }
}

/** Adam's update by a gradient that holds whatever decay there is. Shared with AdamW. */
export function adamStep(
  value: tf.Tensor,
  gradient: tf.Tensor,
  { lr, betas, eps, amsgrad }: ParamGroup<AdamOptions>,
  slots: Slots,
): tf.Tensor {
  const [beta1, beta2] = betas;
  const first = decayed(slots, 'exp_avg', gradient, beta1);
  const second = decayed(slots, 'exp_avg_sq', tf.square(gradient), beta2);
  let divisor = second;
  if (amsgrad) {
    divisor = tf.maximum(slots.get('max_exp_avg_sq') ?? second, second);
    slots.set('max_exp_avg_sq', divisor);
  }
  const correction1 = 1 - beta1 ** slots.step;
  const correction2 = 1 - beta2 ** slots.step;
  const denominator = tf.add(tf.div(tf.sqrt(divisor), Math.sqrt(correction2)), eps);
  return tf.sub(value, tf.mul(tf.div(first, denominator), lr / correction1));
}
