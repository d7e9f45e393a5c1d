import { adamInPlace } from '../accelerators/index.js';
import * as tf from '../tf.js';
import { checkMoments, decayed } from './moments.js';
import { type GradientOptions, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link Adam}. */
export interface AdamOptions extends GradientOptions {
  /** Decay of the two moments; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** L2 penalty added to the gradient; default 0. */
  weightDecay?: number;
  /** Take the decay off the weights themselves, as AdamW does; default false. */
  decoupledWeightDecay?: boolean;
  /** Divide by the largest second moment so far; default false. */
  amsgrad?: boolean;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  amsgrad: false,
  maximize: false,
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

  protected override updateInPlace(
    value: tf.Variable,
    gradient: tf.Tensor,
    group: ParamGroup<AdamOptions>,
    slots: Slots,
  ): boolean {
    return adamStepInPlace(value, gradient, group, slots, decays(group));
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<AdamOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { decay, keep } = decays(group);
    const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(value, decay));
    return adamStep(keep === 1 ? value : tf.mul(value, keep), slope, group, slots);
  }
}

/** Where the weight decay goes: into the gradient, or off the weights. */
function decays({ lr, weightDecay, decoupledWeightDecay }: ParamGroup<AdamOptions>) {
  return decoupledWeightDecay ? { decay: 0, keep: 1 - lr * weightDecay } : { decay: weightDecay, keep: 1 };
}

/** What Adam and AdamW share. */
type Moments = Pick<ParamGroup<AdamOptions>, 'lr' | 'betas' | 'eps' | 'amsgrad'>;

/** {@link adamStep} in place. @param decay L2 penalty @param keep what the weights are multiplied by first */
export function adamStepInPlace(
  value: tf.Variable,
  gradient: tf.Tensor,
  { lr, betas, eps, amsgrad }: Moments,
  slots: Slots,
  { decay, keep }: { readonly decay: number; readonly keep: number },
): boolean {
  return adamInPlace({
    value,
    gradient,
    first: slots.zeros('exp_avg', value),
    second: slots.zeros('exp_avg_sq', value),
    largest: amsgrad ? slots.zeros('max_exp_avg_sq', value) : undefined,
    decay,
    keep,
    betas,
    rate: lr / (1 - betas[0] ** slots.step),
    correction: Math.sqrt(1 - betas[1] ** slots.step),
    eps,
  });
}

/** Adam's update by a gradient that holds whatever decay there is. Shared with AdamW. */
export function adamStep(
  value: tf.Tensor,
  gradient: tf.Tensor,
  { lr, betas, eps, amsgrad }: Moments,
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
