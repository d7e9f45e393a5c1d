import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Rprop}. */
export interface RpropOptions extends GradientOptions {
  /** Factors by which a step size shrinks and grows; default [0.5, 1.2]. */
  etas?: readonly [number, number];
  /** Smallest and largest step size; default [1e-6, 50]. */
  stepSizes?: readonly [number, number];
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-2,
  etas: [0.5, 1.2],
  stepSizes: [1e-6, 50],
  maximize: false,
} satisfies Required<RpropOptions>;

/** Steps by the sign of the gradient alone, each weight with a size of its own. Source: torch.optim.Rprop; Riedmiller and Braun, 1993, without going back. */
export class Rprop extends Optimizer<RpropOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<RpropOptions>, options: RpropOptions = {}) {
    super(params, options, structuredClone<Required<RpropOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<RpropOptions>): void {
    super.check(group);
    const [shrink, grow] = group.etas;
    if (shrink > 0 && shrink < 1 && grow > 1) return;
    throw new MisconfigurationError({
      code: 'optimizer-option',
      found: `Rprop: \`etas\` is [${group.etas}].`,
      allowed: 'a number between 0 and 1, then one above 1',
    });
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<RpropOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, etas, stepSizes } = group;
    const previous = slots.get('prev');
    const agreement = tf.sign(previous ? tf.mul(gradient, previous) : tf.zerosLike(gradient));
    const [turned, same] = [tf.less(agreement, 0), tf.greater(agreement, 0)];
    const factor = tf.where(turned, etas[0], tf.where(same, etas[1], tf.onesLike(gradient)));
    const size = tf.clipByValue(tf.mul(slots.get('step_size') ?? lr, factor), ...stepSizes);
    // Where the gradient turned, the step over the valley is not taken a second time.
    const grad = tf.where(turned, tf.zerosLike(gradient), gradient);
    slots.set('step_size', size);
    slots.set('prev', grad);
    return tf.sub(value, tf.mul(tf.sign(grad), size));
  }
}
