import type { LightningModule } from '../core/index.js';
import type { Optimizer } from '../optim/index.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { pythonText } from './pythonFormat.js';

/**
 * Logs the p-norm of each parameter's gradient before clipping, as `grad_2.0_norm/<name>`, and that of all gradients as
 * `grad_2.0_norm_total`, rounded to four digits; of each step, and as the epoch's mean. For the option `trackGradNorm`. Cost: the
 * gradients are read at every step. State: none. Source: PyTorch Lightning 1.6, `utilities/grads.py`.
 */
export class GradientNorms extends Callback {
  readonly #p: number;

  /** @param p above 0; Infinity for the largest element */
  constructor(p: number) {
    super();
    this.#p = p;
  }

  override async onBeforeOptimizerStep(trainer: Trainer, module: LightningModule, optimizer: Optimizer): Promise<void> {
    if (trainer.optimizers[0] !== optimizer) return; // all parameters at once, as in 1.6
    const [logger] = trainer.loggers;
    const separator = trainer.loggers.length === 1 && logger ? logger.groupSeparator : '/';
    const kind = `grad_${this.#p === Number.POSITIVE_INFINITY ? 'inf' : pythonText({ value: this.#p, kind: 'float' })}_norm`;
    const norms: [name: string, norm: number][] = [];
    for (const [name, parameter] of module.namedParameters()) {
      const gradient = module.grad(parameter);
      if (gradient) norms.push([`${kind}${separator}${name}`, await this.#normOf(gradient)]);
    }
    if (norms.length === 0) return;
    const total = pNorm(
      norms.map(([, norm]) => norm),
      this.#p,
    );
    const all = [...norms, [`${kind}_total`, total] as const].map(([name, norm]) => [
      name,
      Math.round(norm * 1e4) / 1e4,
    ]);
    module.logDict(Object.fromEntries(all), { onStep: true, onEpoch: true });
  }

  async #normOf(gradient: tf.Tensor): Promise<number> {
    const norm = tf.tidy(() => tf.norm(tf.reshape(gradient, [-1]), this.#p));
    const [value = Number.NaN] = await norm.data();
    norm.dispose();
    return value;
  }
}

function pNorm(values: readonly number[], p: number): number {
  if (p === Number.POSITIVE_INFINITY) return Math.max(...values);
  return values.reduce((sum, value) => sum + value ** p, 0) ** (1 / p);
}
