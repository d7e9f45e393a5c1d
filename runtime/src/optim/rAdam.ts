import * as tf from '../tf.js';
import { checkMoments, decayed, type MomentOptions, withDecay } from './moments.js';
import { Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link RAdam}. */
export type RAdamOptions = MomentOptions;

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
} satisfies Required<RAdamOptions>;

/** Adam that waits with its adaptive rate until the second moment can be trusted. Source: torch.optim.RAdam; Liu et al., 2020, algorithm 2. */
export class RAdam extends Optimizer<RAdamOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<RAdamOptions>, options: RAdamOptions = {}) {
    super(params, options, structuredClone<Required<RAdamOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<RAdamOptions>): void {
    super.check(group);
    checkMoments(this.constructor.name, group);
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<RAdamOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { weights, grad } = withDecay(value, gradient, group);
    const { lr, betas } = group;
    const [beta1, beta2] = betas;
    const { step } = slots;
    const first = tf.div(decayed(slots, 'exp_avg', grad, beta1), 1 - beta1 ** step);
    const second = decayed(slots, 'exp_avg_sq', tf.square(grad), beta2);
    const correction2 = 1 - beta2 ** step;
    const longest = 2 / (1 - beta2) - 1; // length of the moving average in the end
    const length = longest - (2 * step * beta2 ** step) / correction2; // and now
    if (length <= 5) return tf.sub(weights, tf.mul(first, lr));
    const variance = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
    const adaptive = tf.div(Math.sqrt(correction2 * variance), tf.add(tf.sqrt(second), group.eps));
    return tf.sub(weights, tf.mul(tf.mul(first, adaptive), lr));
  }
}
