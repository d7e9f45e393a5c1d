import type { LightningModule } from '../core/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';

/**
 * Base of the progress bars: one of your own takes the place of the Trainer's. Draw in the hooks, or from what
 * `trainer.onEvent` tells. State: none. Source: PyTorch Lightning, `callbacks/progress/progress_bar.py`.
 */
export abstract class ProgressBar extends Callback {
  #isEnabled = true;

  /** False after {@link disable}. */
  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Shows nothing from now on. */
  disable(): void {
    this.#isEnabled = false;
  }

  /** Takes {@link disable} back. */
  enable(): void {
    this.#isEnabled = true;
  }

  /** Prints text so that the bar is not broken; `trainer.print` and `module.print` come here. */
  abstract print(text: string): void;

  /** What is shown beside the bar; override it to show something else. Default: what was logged with `progBar`. */
  getMetrics(trainer: Trainer, _module: LightningModule): Readonly<Record<string, number | string>> {
    return trainer.progressBarMetrics;
  }
}
