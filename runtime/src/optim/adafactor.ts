import * as tf from '../tf.js';
import { atLeastZero, type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Adafactor}. */
export interface AdafactorOptions extends GradientOptions {
  /** The second moment's decay after t steps is 1 - t^beta2Decay; default -0.8. */
  beta2Decay?: number;
  /** Two lower bounds: of the second moment (default null: float32's epsilon) and of the weights' size (default 1e-3). */
  eps?: readonly [number | null, number];
  /** Where updates are clipped: their root mean square; default 1. */
  d?: number;
  /** Share of the weights, times lr, that each step takes away; default 0. */
  weightDecay?: number;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-2,
  beta2Decay: -0.8,
  eps: [null, 1e-3],
  d: 1,
  weightDecay: 0,
  maximize: false,
} satisfies Required<AdafactorOptions>;

const FLOAT32_EPSILON = 2 ** -23;

/**
 * Adafactor: of a matrix's second moments only those of its rows and columns are kept. Sources: torch.optim.Adafactor;
 * Shazeer and Stern, 2018.
 */
export class Adafactor extends Optimizer<AdafactorOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<AdafactorOptions>, options: AdafactorOptions = {}) {
    super(params, options, structuredClone<Required<AdafactorOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<AdafactorOptions>): void {
    super.check(group);
    const name = this.constructor.name;
    atLeastZero(name, 'beta2Decay, negated,', -group.beta2Decay);
    for (const eps of group.eps) atLeastZero(name, 'eps', eps ?? 0);
    atLeastZero(name, 'd - 1', group.d - 1);
    atLeastZero(name, 'weightDecay', group.weightDecay);
  }

  protected override slotShape(slot: string, { shape }: tf.Variable): readonly number[] {
    if (slot === 'row_var') return [...shape.slice(0, -1), 1];
    return slot === 'col_var' ? [...shape.slice(0, -2), 1, ...shape.slice(-1)] : shape;
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    { lr, beta2Decay, eps: [smallestMoment, smallestSize], d, weightDecay }: ParamGroup<AdafactorOptions>,
    slots: Slots,
  ): tf.Tensor {
    const eps = smallestMoment ?? FLOAT32_EPSILON;
    const share = slots.step ** beta2Decay;
    const rate = tf.mul(tf.maximum(rootMeanSquare(value), smallestSize), Math.min(lr, 1 / Math.sqrt(slots.step)));
    const moment = gradient.rank > 1 ? factored(gradient, share, eps, slots) : whole(gradient, share, slots);
    const update = tf.mul(tf.rsqrt(tf.maximum(moment, eps * eps)), gradient);
    const clip = tf.maximum(1, tf.div(rootMeanSquare(update), d));
    const decayed = weightDecay === 0 ? value : tf.mul(value, 1 - lr * weightDecay);
    return tf.sub(decayed, tf.mul(update, tf.div(rate, clip)));
  }
}

function rootMeanSquare(x: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.mean(tf.square(x)));
}

/** Moves a slot, which begins at zero, by a share of the way to a value. */
function moved(slots: Slots, name: string, value: tf.Tensor, share: number): tf.Tensor {
  const before = slots.zeros(name, value);
  const after = tf.add(before, tf.mul(tf.sub(value, before), share));
  slots.set(name, after);
  return after;
}

function whole(gradient: tf.Tensor, share: number, slots: Slots): tf.Tensor {
  return moved(slots, 'variance', tf.square(gradient), share);
}

/** The outer product of the rows' and the columns' moments, over their mean. */
function factored(gradient: tf.Tensor, share: number, eps: number, slots: Slots): tf.Tensor {
  const squares = tf.square(gradient);
  const rows = moved(slots, 'row_var', tf.mean(squares, -1, true), share);
  const columns = moved(slots, 'col_var', tf.mean(squares, -2, true), share);
  return tf.div(tf.matMul(rows, columns), tf.maximum(tf.mean(rows, -2, true), eps));
}
