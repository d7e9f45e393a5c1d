import * as tf from '../tf.js';
import { atLeastZero, type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends GradientOptions {
  /** The rate shrinks as 1 / (1 + steps · lrDecay); default 0. */
  lrDecay?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
  /** Where the sum of squares begins; default 0. */
  initialAccumulatorValue?: number;
  /** Default 1e-10. */
  eps?: number;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-2,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
} satisfies Required<AdagradOptions>;

/** Rates that shrink with the squares of all gradients so far. Source: torch.optim.Adagrad; Duchi et al., 2011. */
export class Adagrad extends Optimizer<AdagradOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<AdagradOptions>, options: AdagradOptions = {}) {
    super(params, options, structuredClone<Required<AdagradOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<AdagradOptions>): void {
    super.check(group);
    for (const option of ['lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'] as const) {
      atLeastZero('Adagrad', option, group[option]);
    }
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<AdagradOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, lrDecay, weightDecay, initialAccumulatorValue, eps } = group;
    const grad = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
    const sum = tf.add(slots.get('sum') ?? initialAccumulatorValue, tf.square(grad));
    slots.set('sum', sum);
    const rate = lr / (1 + (slots.step - 1) * lrDecay);
    return tf.sub(value, tf.div(tf.mul(grad, rate), tf.add(tf.sqrt(sum), eps)));
  }
}
