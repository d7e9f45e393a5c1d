import type { Optimizer } from '../optim/index.js';
import type * as tf from '../tf.js';
import type { OptimizerClosure } from './types.js';

/** What happens around an optimizer's update; the loops provide it. */
export interface StepHandlers {
  /** After the closure and before the update: the before-step hook, then clipping. */
  beforeUpdate(optimizer: Optimizer): Promise<void>;
  /** After the update: counts the step. */
  afterUpdate(): void;
}

/** An optimizer as the Trainer uses it: each `step` is counted and surrounded by its hooks. */
export class LightningOptimizer {
  readonly #handlers: StepHandlers;

  constructor(
    /** The optimizer that configureOptimizers returned. */
    readonly optimizer: Optimizer,
    handlers: StepHandlers,
  ) {
    this.#handlers = handlers;
  }

  /** Runs the closure, when there is one, then updates the weights. Returns the closure's loss. */
  async step(closure?: OptimizerClosure): Promise<tf.Scalar | undefined> {
    const loss = await this.optimizer.step(async () => {
      const result = await closure?.();
      await this.#handlers.beforeUpdate(this.optimizer);
      return result;
    });
    this.#handlers.afterUpdate();
    return loss;
  }

  /** Drops the gradients of the optimizer's parameters. */
  zeroGrad(): void {
    this.optimizer.zeroGrad();
  }
}
