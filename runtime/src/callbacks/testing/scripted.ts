/** A module and a fit that the tests of callbacks share. Not part of the package. */
import type { Optimizer } from '../../optim/index.js';
import * as optim from '../../optim/index.js';
import { quietTrainer, type TinyBatch, TinyModule, tinyLoaders } from '../../testing/tiny.js';
import type { Trainer, TrainerOptions } from '../../trainer/index.js';

/** Logs the given values as `val_loss`, one a validation, and learns by plain gradient descent. */
export class Scripted extends TinyModule {
  readonly #values: readonly number[];
  #next = 0;

  constructor(values: readonly number[] = []) {
    super();
    this.#values = values;
  }

  override validationStep(_batch: TinyBatch): unknown {
    return undefined;
  }

  override onValidationEpochEnd(): void {
    if (this.trainer.stage === 'validate' && this.#values.length > 0) {
      this.log('val_loss', this.#values[Math.min(this.#next++, this.#values.length - 1)] ?? 0);
    }
  }

  override configureOptimizers(): Optimizer {
    return new optim.SGD(this.parameters(), { lr: 0.1, momentum: 0.5 });
  }
}

/** Fits with 4 batches an epoch. The module is the caller's. */
export async function fitScripted(module: TinyModule, options: TrainerOptions): Promise<Trainer> {
  const trainer = quietTrainer({ logger: false, enableCheckpointing: false, numSanityValSteps: 0, ...options });
  await trainer.fit(module, tinyLoaders({ batchSize: 6 }));
  return trainer;
}
