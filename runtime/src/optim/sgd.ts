import { sgdInPlace } from '../accelerators/index.js';
import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { atLeastZero, type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link SGD}. */
export interface SGDOptions extends GradientOptions {
  /** Default 0. */
  momentum?: number;
  /** Default 0; not with `nesterov`. */
  dampening?: number;
  /** L2 penalty; default 0. */
  weightDecay?: number;
  /** Default false; needs momentum. */
  nesterov?: boolean;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
} satisfies Required<SGDOptions>;

/** Stochastic gradient descent with momentum. Source: torch.optim.SGD (names, order, first-step rule). */
export class SGD extends Optimizer<SGDOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<SGDOptions>, options: SGDOptions = {}) {
    super(params, options, DEFAULTS);
  }

  protected override check(group: ParamGroup<SGDOptions>): void {
    super.check(group);
    atLeastZero('SGD', 'momentum', group.momentum);
    atLeastZero('SGD', 'weightDecay', group.weightDecay);
    if (group.nesterov && (group.momentum === 0 || group.dampening !== 0)) {
      throw new MisconfigurationError({
        code: 'optimizer-option',
        found: `SGD: \`nesterov\` is true with momentum ${group.momentum} and dampening ${group.dampening}.`,
        allowed: 'nesterov with a momentum above 0 and dampening 0',
      });
    }
  }

  protected override updateInPlace(
    value: tf.Variable,
    gradient: tf.Tensor,
    { lr, momentum, dampening, weightDecay, nesterov }: ParamGroup<SGDOptions>,
    slots: Slots,
  ): boolean {
    const buffer = momentum === 0 ? undefined : slots.get('momentum_buffer');
    if (momentum !== 0 && !buffer) return false; // the first step is another formula
    return sgdInPlace({
      value,
      gradient,
      momentum: buffer,
      decay: weightDecay,
      carry: momentum,
      take: 1 - dampening,
      look: nesterov ? momentum : 0,
      rate: lr,
    });
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<SGDOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, momentum, dampening, weightDecay, nesterov } = group;
    let step = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
    if (momentum !== 0) {
      const previous = slots.get('momentum_buffer');
      // The first step takes the raw gradient: torch does not damp it.
      const buffer = previous ? tf.add(tf.mul(previous, momentum), tf.mul(step, 1 - dampening)) : step;
      slots.set('momentum_buffer', buffer);
      step = nesterov ? tf.add(step, tf.mul(buffer, momentum)) : buffer;
    }
    return tf.sub(value, tf.mul(step, lr));
  }
}
