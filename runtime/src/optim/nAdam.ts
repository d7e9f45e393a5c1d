import * as tf from '../tf.js';
import { checkMoments, decayed, type MomentOptions, withDecay } from './moments.js';
import { atLeastZero, Optimizer, type ParamGroup, type ParamsInput } from './optimizer.js';
import type { Slots } from './slots.js';

/** Options of {@link NAdam}. */
export interface NAdamOptions extends MomentOptions {
  /** How fast the momentum schedule comes to its end; default 4e-3. */
  momentumDecay?: number;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  decoupledWeightDecay: false,
  maximize: false,
} satisfies Required<NAdamOptions>;

/** Adam with Nesterov momentum. Source: torch.optim.NAdam; Dozat, 2016, with the momentum schedule of its section 3. */
export class NAdam extends Optimizer<NAdamOptions> {
  static readonly defaults = DEFAULTS;

  constructor(params: ParamsInput<NAdamOptions>, options: NAdamOptions = {}) {
    super(params, options, structuredClone<Required<NAdamOptions>>(DEFAULTS));
  }

  protected override check(group: ParamGroup<NAdamOptions>): void {
    super.check(group);
    checkMoments(this.constructor.name, group);
    atLeastZero('NAdam', 'momentumDecay', group.momentumDecay);
  }

  protected override slotShape(slot: string, { shape }: tf.Variable): readonly number[] {
    return slot === 'mu_product' ? [] : shape;
  }

  protected override update(
    value: tf.Tensor,
    gradient: tf.Tensor,
    group: ParamGroup<NAdamOptions>,
    slots: Slots,
  ): tf.Tensor {
    const { weights, grad } = withDecay(value, gradient, group);
    const { lr, betas } = group;
    const [beta1, beta2] = betas;
    const { step } = slots;
    const momentum = scheduled(beta1, step, group.momentumDecay);
    const nextMomentum = scheduled(beta1, step + 1, group.momentumDecay);
    const product = tf.mul(slots.get('mu_product') ?? 1, momentum);
    slots.set('mu_product', product);
    const first = decayed(slots, 'exp_avg', grad, beta1);
    const second = decayed(slots, 'exp_avg_sq', tf.square(grad), beta2);
    const denominator = tf.add(tf.sqrt(tf.div(second, 1 - beta2 ** step)), group.eps);
    const byGradient = tf.div(tf.mul(grad, lr * (1 - momentum)), tf.sub(1, product));
    const byMomentum = tf.div(tf.mul(first, lr * nextMomentum), tf.sub(1, tf.mul(product, nextMomentum)));
    return tf.sub(weights, tf.div(tf.add(byGradient, byMomentum), denominator));
  }
}

/** The momentum of a step: it grows towards beta. */
function scheduled(beta: number, step: number, decay: number): number {
  return beta * (1 - 0.5 * 0.96 ** (step * decay));
}
