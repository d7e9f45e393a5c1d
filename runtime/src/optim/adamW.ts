import * as tf from '../tf.js';
import { adamStep, adamStepInPlace } from './adam.js';
import { checkMoments } from './moments.js';
import { type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link AdamW}. */
export interface AdamWOptions extends GradientOptions {
  /** Decay of the two moments; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** Share of the weights, times lr, that each step takes away; default 0.01. */
  weightDecay?: number;
  /** Divide by the largest second moment so far; default false. */
  amsgrad?: boolean;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0.01,
  amsgrad: false,
  maximize: false,
} satisfies Required<AdamWOptions>;

/** Adam with decoupled weight decay. Source: torch.optim.AdamW; Loshchilov and Hutter, 2019, algorithm 2. */
export class AdamW extends Optimizer<AdamWOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<AdamWOptions>, options: AdamWOptions = {}) {
    super(params, options, structuredClone<Required<AdamWOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<AdamWOptions>): void {
    super.check(group);
    checkMoments(this.constructor.name, group);
  }

  protected override updateInPlace(
    value: tf.Variable,
    gradient: tf.Tensor,
    group: ParamGroup<AdamWOptions>,
    slots: Slots,
  ): boolean {
    return adamStepInPlace(value, gradient, group, slots, { decay: 0, keep: 1 - group.lr * group.weightDecay });
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<AdamWOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { lr, weightDecay } = group;
    return adamStep(tf.mul(value, 1 - lr * weightDecay), gradient, group, slots);
  }
}
