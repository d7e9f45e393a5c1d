import type { LightningModule } from '../core/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, optionFault } from './checkOptions.js';
import { summarizeModule } from './moduleSummary.js';
import { summaryTable } from './summaryTable.js';

/** Options of {@link ModelSummary}. */
export interface ModelSummaryOptions {
  /** Levels of parts inside parts; -1 shows all, 0 prints nothing. Default 1. */
  maxDepth?: number;
}

/**
 * Prints the module's layers, their parameters and their size when fit begins; with an `exampleInputArray` in the module also the
 * shapes that layers take and give, and floating point operations. State: none.
 * Source: PyTorch Lightning, `callbacks/model_summary.py`.
 */
export class ModelSummary extends Callback {
  readonly #maxDepth: number;

  /** @throws MisconfigurationError for a depth that is not allowed */
  constructor(options: ModelSummaryOptions = {}) {
    super();
    checkOptionNames('ModelSummary', options, ['maxDepth']);
    this.#maxDepth = options.maxDepth ?? 1;
    if (Number.isInteger(this.#maxDepth) && this.#maxDepth >= -1) return;
    throw optionFault('ModelSummary', 'maxDepth', options.maxDepth, '`maxDepth` can be -1, 0 or > 0');
  }

  override async onFitStart(trainer: Trainer, module: LightningModule): Promise<void> {
    if (this.#maxDepth === 0) return;
    trainer.print(summaryTable(await summarizeModule(module, this.#maxDepth)));
  }
}
