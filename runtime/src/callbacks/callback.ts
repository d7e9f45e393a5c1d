import type { Checkpoint } from '../checkpoint/index.js';
import type { LightningModule, StepOutputs } from '../core/index.js';
import type { Optimizer } from '../optim/index.js';
import type { RunKind } from '../protocol/index.js';
import type * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';

type Awaitable = void | Promise<void>;

/**
 * Base of the callbacks: override the hooks you need. Each gets the Trainer and the module first. When each is called is in
 * the hook table; callbacks come before the module, in the order they were given.
 */
export abstract class Callback {
  /** Key of this callback's state in a checkpoint. Two callbacks with state may not share one. Default: the class name. */
  get stateKey(): string {
    return this.constructor.name;
  }

  /** True for callbacks that judge what others logged: their onTrainEpochEnd comes after the module's. */
  get isMonitor(): boolean {
    return false;
  }

  /** True for callbacks that write checkpoints: they come after all others. */
  get writesCheckpoints(): boolean {
    return false;
  }

  /** What the callback searches for before training, for those that do: they come before all others. */
  get searchesFor(): 'learningRate' | 'batchSize' | undefined {
    return undefined;
  }

  /** State for the checkpoint: plain values, and tensors as host copies. */
  stateDict(): Record<string, unknown> | Promise<Record<string, unknown>> {
    return {};
  }
  loadStateDict(_state: Record<string, unknown>): Awaitable {}

  /** Frees what it holds after its runs, such as tensors. `trainer.dispose()` calls it; a later run may begin all the same. */
  dispose(): void {}

  setup(_trainer: Trainer, _module: LightningModule, _stage: RunKind): Awaitable {}
  teardown(_trainer: Trainer, _module: LightningModule, _stage: RunKind): Awaitable {}
  onFitStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onFitEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onSanityCheckStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onSanityCheckEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTrainStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTrainEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTrainEpochStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTrainEpochEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTrainBatchStart(_trainer: Trainer, _module: LightningModule, _batch: unknown, _batchIdx: number): Awaitable {}
  onTrainBatchEnd(
    _trainer: Trainer,
    _module: LightningModule,
    _outputs: StepOutputs,
    _batch: unknown,
    _batchIdx: number,
  ): Awaitable {}
  onBeforeZeroGrad(_trainer: Trainer, _module: LightningModule, _optimizer: Optimizer): Awaitable {}
  onBeforeBackward(_trainer: Trainer, _module: LightningModule, _loss: tf.Scalar): Awaitable {}
  onAfterBackward(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onBeforeOptimizerStep(_trainer: Trainer, _module: LightningModule, _optimizer: Optimizer): Awaitable {}

  onValidationStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onValidationEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onValidationEpochStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onValidationEpochEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onValidationBatchStart(
    _trainer: Trainer,
    _module: LightningModule,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx = 0,
  ): Awaitable {}
  onValidationBatchEnd(
    _trainer: Trainer,
    _module: LightningModule,
    _outputs: unknown,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx = 0,
  ): Awaitable {}

  onTestStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTestEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTestEpochStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTestEpochEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onTestBatchStart(
    _trainer: Trainer,
    _module: LightningModule,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx = 0,
  ): Awaitable {}
  onTestBatchEnd(
    _trainer: Trainer,
    _module: LightningModule,
    _outputs: unknown,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx = 0,
  ): Awaitable {}

  onPredictStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onPredictEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onPredictEpochStart(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onPredictEpochEnd(_trainer: Trainer, _module: LightningModule): Awaitable {}
  onPredictBatchStart(
    _trainer: Trainer,
    _module: LightningModule,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx = 0,
  ): Awaitable {}
  onPredictBatchEnd(
    _trainer: Trainer,
    _module: LightningModule,
    _outputs: unknown,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx = 0,
  ): Awaitable {}

  onSaveCheckpoint(_trainer: Trainer, _module: LightningModule, _checkpoint: Checkpoint): Awaitable {}
  onLoadCheckpoint(_trainer: Trainer, _module: LightningModule, _checkpoint: Checkpoint): Awaitable {}
  /** When the run fails or is interrupted. */
  onException(_trainer: Trainer, _module: LightningModule, _error: Error): Awaitable {}
}
