import type { Optimizer } from '../optim/index.js';
import type * as tf from '../tf.js';

/** What a precision knows of the update that it makes. */
export interface UpdateMoment {
  /** True under automatic optimization. */
  readonly isAutomatic: boolean;
  /** To be awaited after the closure and before the update: the before-step hook, then clipping. */
  beforeUpdate(): Promise<void>;
}

/**
 * Base of the precisions, and the one for 32 bits: what is done with numbers around steps, gradients and updates. One of your own goes
 * to the Trainer's option `plugins`. Source: PyTorch Lightning, `plugins/precision/precision.py`.
 */
export class Precision {
  /** Its name, as the option `precision` takes it. */
  get precision(): string {
    return '32-true';
  }

  /** Changes a batch before the transfer hooks see it. Tensors that it makes are freed with the step. */
  convertInput(batch: unknown): unknown {
    return batch;
  }

  /** Surrounds steps of every kind, and backward; ended by disposing what it returns. */
  forwardContext(): Disposable {
    return NOTHING;
  }

  /** The loss that backward begins at. @param loss borrowed; computed on the tape of the step */
  preBackward(loss: tf.Scalar): tf.Scalar {
    return loss;
  }

  /**
   * One update: runs the closure, then the optimizer's formula.
   * @param closure computes loss and gradients; LBFGS calls it several times
   */
  optimizerStep<T>(optimizer: Optimizer, closure: () => Promise<T>, moment: UpdateMoment): Promise<T | undefined> {
    return optimizer.step(async () => {
      const result = await closure();
      await moment.beforeUpdate();
      return result;
    });
  }

  /** State for checkpoints, where it stands under the class name: plain values; empty for none. */
  stateDict(): Record<string, unknown> {
    return {};
  }
  loadStateDict(_state: Readonly<Record<string, unknown>>): void {}
}

const NOTHING: Disposable = { [Symbol.dispose]: () => undefined };
