import type { Optimizer } from '../optim/index.js';
import type * as tf from '../tf.js';

/** What happens around an optimizer's step; the Trainer provides it. */
export interface StepHandlers {
  /** Runs the whole step, closure included. */
  step<T>(work: () => Promise<T>): Promise<T>;
  /** Runs the closure, then what comes before the update, then the update. */
  update<T>(optimizer: Optimizer, closure: () => Promise<T>): Promise<T | undefined>;
  /** Before gradients are dropped. */
  beforeZeroGrad(): void;
  /** Keeps the parameters that only other optimizers have from getting gradients. Returns what ends that. */
  toggle(optimizer: Optimizer): () => void;
}

/** An optimizer as the Trainer uses it: each `step` is surrounded by its hooks, and counted. */
export class LightningOptimizer {
  readonly #handlers: StepHandlers;

  constructor(
    /** The optimizer that configureOptimizers returned. */
    readonly optimizer: Optimizer,
    handlers: StepHandlers,
  ) {
    this.#handlers = handlers;
  }

  /** The optimizer's groups of parameters and their options: live. */
  get paramGroups(): Optimizer['paramGroups'] {
    return this.optimizer.paramGroups;
  }

  /** All parameters, through all groups. */
  get parameters(): tf.Variable[] {
    return this.optimizer.parameters;
  }

  /**
   * Runs the closure, when there is one, then updates the weights. Returns what the closure returned. To be awaited.
   * @param closure computes loss and gradients; LBFGS calls it several times
   */
  step<T = undefined>(closure?: () => T | Promise<T>): Promise<T | undefined> {
    return this.#handlers.step(() => this.#handlers.update(this.optimizer, async () => closure?.()));
  }

  /** Drops the gradients of the optimizer's parameters. */
  zeroGrad(): void {
    this.#handlers.beforeZeroGrad();
    this.optimizer.zeroGrad();
  }

  /**
   * Until what it returns is disposed, only this optimizer's parameters get gradients:
   * `using _toggled = optimizer.toggleModel();`
   * @param _syncGrad PyTorch Lightning's argument for several processes; here there is one, so that nothing has to be kept back
   */
  toggleModel(_syncGrad = true): Disposable {
    const untoggle = this.#handlers.toggle(this.optimizer);
    return { [Symbol.dispose]: untoggle };
  }
}
