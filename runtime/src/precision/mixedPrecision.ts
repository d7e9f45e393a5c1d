import { roundProducts } from '../accelerators/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { LBFGS, type Optimizer } from '../optim/index.js';
import type * as tf from '../tf.js';
import { GradScaler } from './gradScaler.js';
import { Precision, type UpdateMoment } from './precision.js';

const TYPES = { '16-mixed': 'float16', 'bf16-mixed': 'bfloat16' } as const;
/** The mixed precisions. */
export type MixedPrecisionName = keyof typeof TYPES;

/**
 * Automatic mixed precision: products (of matrices, and convolutions) and their gradients in 16 bits, weights and all else in 32. The
 * engine has no 16-bit type, so that the values are rounded where torch would cast them: results are what training in 16 bits gives,
 * speed and memory are not. `'16-mixed'` scales the loss. State: that of its scaler. Source: PyTorch Lightning, `plugins/precision/amp.py`.
 */
export class MixedPrecision extends Precision {
  /** What scales the loss; undefined for bfloat16, whose range is float32's. */
  readonly scaler: GradScaler | undefined;
  readonly #name: MixedPrecisionName;

  /** @throws MisconfigurationError for another name, and for a scaler where none is used */
  constructor(precision: MixedPrecisionName, { scaler }: { readonly scaler?: GradScaler } = {}) {
    super();
    if (!Object.hasOwn(TYPES, precision)) {
      throw new MisconfigurationError({
        code: 'precision',
        found: `MixedPrecision was given precision '${String(precision)}'.`,
        allowed: "'16-mixed' or 'bf16-mixed'",
      });
    }
    if (scaler && precision === 'bf16-mixed') {
      throw new MisconfigurationError({
        code: 'precision',
        found: "precision 'bf16-mixed' does not use a scaler, and one was given.",
        fix: "Leave it out, or take '16-mixed'.",
      });
    }
    this.#name = precision;
    this.scaler = scaler ?? (precision === '16-mixed' ? new GradScaler() : undefined);
  }

  override get precision(): MixedPrecisionName {
    return this.#name;
  }

  override forwardContext(): Disposable {
    return roundProducts(TYPES[this.#name]);
  }

  override preBackward(loss: tf.Scalar): tf.Scalar {
    return this.scaler?.scale(loss) ?? loss;
  }

  override async optimizerStep<T>(
    optimizer: Optimizer,
    closure: () => Promise<T>,
    moment: UpdateMoment,
  ): Promise<T | undefined> {
    const { scaler } = this;
    if (!scaler) return super.optimizerStep(optimizer, closure, moment);
    if (optimizer instanceof LBFGS) {
      throw new MisconfigurationError({
        code: 'precision',
        found:
          "LBFGS and precision '16-mixed' are not compatible: it looks at several losses for one update, and one may overflow.",
        fix: "Take precision '32-true' or 'bf16-mixed', or another optimizer.",
      });
    }
    const result = await closure();
    // Without a loss there are no gradients either: the factor is left alone.
    const isSkipped = moment.isAutomatic && result === undefined;
    if (!isSkipped) await scaler.unscale(optimizer);
    await moment.beforeUpdate();
    if (isSkipped) return result;
    await scaler.step(optimizer);
    scaler.update();
    return result;
  }

  override stateDict(): Record<string, unknown> {
    return this.scaler?.stateDict() ?? {};
  }

  override loadStateDict(state: Readonly<Record<string, unknown>>): void {
    this.scaler?.loadStateDict(state);
  }
}
