import type { LightningModule } from '../core/index.js';
import { RunError } from '../errors/index.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';

/**
 * Ends the run with an error when the loss is NaN or infinite, or after backward a parameter is. For the option `terminateOnNan`.
 * Cost: waits for the device twice in every step, and reads all parameters. State: none.
 * Source: PyTorch Lightning 1.6, `loops/utilities.py`, `utilities/finite_checks.py`.
 */
export class NonFiniteGuard extends Callback {
  /** @throws RunError for a loss that is not finite */
  override async onBeforeBackward(_trainer: Trainer, module: LightningModule, loss: tf.Scalar): Promise<void> {
    const [value = Number.NaN] = await loss.data();
    if (Number.isFinite(value)) return;
    throw new RunError({
      code: 'loss-not-finite',
      found: `The loss returned in trainingStep is ${value}.`,
      fix: 'Lower the learning rate, clip gradients, or use detectAnomaly: true to find the operation.',
      blame: module.trainingStep,
    });
  }

  /** @throws RunError for a parameter that is not finite */
  override async onAfterBackward(_trainer: Trainer, module: LightningModule): Promise<void> {
    for (const [name, parameter] of module.namedParameters()) {
      const check = tf.tidy(() => tf.all(tf.isFinite(parameter)));
      const [areFinite] = await check.data();
      check.dispose();
      if (areFinite) continue;
      throw new RunError({
        code: 'parameter-not-finite',
        found: `Detected nan and/or inf values in \`${name}\`.`,
        fix: 'Check your forward pass for numerically unstable operations, or use detectAnomaly: true to find one.',
      });
    }
  }
}
