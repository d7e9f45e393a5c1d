import type { Callback } from '../callbacks/index.js';
import type { Checkpoint } from '../checkpoint/index.js';
import type { Optimizer } from '../optim/index.js';
import type { RunKind } from '../protocol/index.js';
import type * as tf from '../tf.js';
import type { LightningOptimizer } from './lightningOptimizer.js';
import type { LRSchedulerLike, OptimizerConfig } from './optimizerConfig.js';
import { splitTime } from './tbptt.js';
import type { EvalLoaders, OptimizerClosure, StepOutput, StepOutputs, TrainLoader } from './types.js';

type Awaitable<T> = T | Promise<T>;

/**
 * Every hook that a LightningModule may define, with what happens when it does not. When each is called, and whether
 * `log` may be used in it, is in the hook table (`hookTable.ts`); a test holds the two equal.
 */
export abstract class ModuleHooks {
  /** Callbacks that the module brings along; one of the same class as a Trainer's replaces it. */
  configureCallbacks(): Callback | readonly Callback[] {
    return [];
  }

  /** Download and write to disk here; set no state. */
  prepareData(): Awaitable<void> {}

  /** Build what depends on data. @param _stage what the Trainer was asked to do */
  setup(_stage: RunKind): Awaitable<void> {}

  /** Create layers late. May be called more than once. */
  configureModel(): Awaitable<void> {}

  /** Returns the optimizer, alone or with schedulers of its learning rate. Without it, `fit` is an error. */
  configureOptimizers(): Awaitable<OptimizerConfig> {
    return null;
  }

  onFitStart(): Awaitable<void> {}
  onFitEnd(): Awaitable<void> {}
  onTrainStart(): Awaitable<void> {}
  onTrainEnd(): Awaitable<void> {}
  onTrainEpochStart(): Awaitable<void> {}
  onTrainEpochEnd(): Awaitable<void> {}

  /** Return -1 to skip the rest of the epoch. */
  // biome-ignore lint/suspicious/noConfusingVoidType: the hook may return nothing at all, which `undefined` would forbid
  onTrainBatchStart(_batch: unknown, _batchIdx: number): Awaitable<void | -1> {}

  /** Returns the loss, or an object that holds it as `loss`; nothing skips the update. */
  trainingStep(_batch: unknown, _batchIdx: number, _hiddens?: unknown): Awaitable<StepOutput> {}

  /**
   * After trainingStep, with what it returned; its return value takes that place. Under `strategy: 'dp'` it is given the list of
   * what the step returned for each part of the batch.
   */
  trainingStepEnd(stepOutput: unknown): Awaitable<StepOutput> {
    return stepOutput as StepOutput; // what a step returns
  }

  /** Splits a batch for truncated back-propagation; by default the tensors of shape [batch, time, …] along their time. */
  tbpttSplitBatch(batch: unknown, splitSize: number): Awaitable<readonly unknown[]> {
    return splitTime(batch, splitSize);
  }

  /**
   * After the batches of an epoch, with what `onTrainBatchEnd` was given for each of them, in order: `{ loss, … }`. The outputs are
   * kept only for a module that has this hook, and freed after it.
   */
  trainingEpochEnd(_outputs: readonly unknown[]): Awaitable<void> {}

  /** @param _outputs `{ loss, … }` of trainingStep, the loss divided by accumulateGradBatches; `{}` when there was none */
  onTrainBatchEnd(_outputs: StepOutputs, _batch: unknown, _batchIdx: number): Awaitable<void> {}

  onBeforeZeroGrad(_optimizer: Optimizer): Awaitable<void> {}

  /** Clears the optimizer's gradients. */
  optimizerZeroGrad(_epoch: number, _batchIdx: number, optimizer: Optimizer): Awaitable<void> {
    optimizer.zeroGrad();
  }

  onBeforeBackward(_loss: tf.Scalar): Awaitable<void> {}
  onAfterBackward(): Awaitable<void> {}

  /** Called once the gradients are complete, before clipping. */
  onBeforeOptimizerStep(_optimizer: Optimizer): Awaitable<void> {}

  /** Runs the closure (trainingStep, zeroGrad, backward), then updates the weights. */
  async optimizerStep(
    _epoch: number,
    _batchIdx: number,
    optimizer: LightningOptimizer,
    optimizerClosure: OptimizerClosure,
  ): Promise<void> {
    await optimizer.step(optimizerClosure);
  }

  /**
   * Steps a learning rate scheduler that is due. Override it for a scheduler of your own.
   * @param metric the monitored value, for one that reduces the rate on a plateau; null for the others
   */
  lrSchedulerStep(scheduler: LRSchedulerLike, metric: number | null): Awaitable<void> {
    if (metric === null) scheduler.step();
    else scheduler.step(metric);
  }

  onValidationModelZeroGrad(): Awaitable<void> {}
  onValidationStart(): Awaitable<void> {}
  onValidationEnd(): Awaitable<void> {}
  onValidationEpochStart(): Awaitable<void> {}
  onValidationEpochEnd(): Awaitable<void> {}
  onValidationBatchStart(_batch: unknown, _batchIdx: number, _dataloaderIdx = 0): Awaitable<void> {}
  validationStep(_batch: unknown, _batchIdx: number, _dataloaderIdx = 0): unknown {
    return undefined;
  }
  /** After validationStep, as {@link trainingStepEnd}. */
  validationStepEnd(stepOutput: unknown): unknown {
    return stepOutput;
  }
  /** After the batches of a validation, with what each step returned; with several loaders, a list for each of them. */
  validationEpochEnd(_outputs: readonly unknown[]): Awaitable<void> {}
  onValidationBatchEnd(_outputs: unknown, _batch: unknown, _batchIdx: number, _dataloaderIdx = 0): Awaitable<void> {}

  onTestStart(): Awaitable<void> {}
  onTestEnd(): Awaitable<void> {}
  onTestEpochStart(): Awaitable<void> {}
  onTestEpochEnd(): Awaitable<void> {}
  onTestBatchStart(_batch: unknown, _batchIdx: number, _dataloaderIdx = 0): Awaitable<void> {}
  testStep(_batch: unknown, _batchIdx: number, _dataloaderIdx = 0): unknown {
    return undefined;
  }
  /** After testStep, as {@link trainingStepEnd}. */
  testStepEnd(stepOutput: unknown): unknown {
    return stepOutput;
  }
  /** After the batches of a test, as {@link validationEpochEnd}. */
  testEpochEnd(_outputs: readonly unknown[]): Awaitable<void> {}
  onTestBatchEnd(_outputs: unknown, _batch: unknown, _batchIdx: number, _dataloaderIdx = 0): Awaitable<void> {}

  onPredictStart(): Awaitable<void> {}
  onPredictEnd(): Awaitable<void> {}
  onPredictEpochStart(): Awaitable<void> {}
  onPredictEpochEnd(): Awaitable<void> {}
  onPredictBatchStart(_batch: unknown, _batchIdx: number, _dataloaderIdx = 0): Awaitable<void> {}
  onPredictBatchEnd(_outputs: unknown, _batch: unknown, _batchIdx: number, _dataloaderIdx = 0): Awaitable<void> {}

  trainDataloader(): Awaitable<TrainLoader> {
    return undefined;
  }
  valDataloader(): Awaitable<EvalLoaders> {
    return undefined;
  }
  testDataloader(): Awaitable<EvalLoaders> {
    return undefined;
  }
  predictDataloader(): Awaitable<EvalLoaders> {
    return undefined;
  }

  onBeforeBatchTransfer(batch: unknown, _dataloaderIdx: number): Awaitable<unknown> {
    return batch;
  }
  /** Batches are tensors of the one engine already, so there is nothing to move. */
  transferBatchToDevice(batch: unknown, _dataloaderIdx: number): Awaitable<unknown> {
    return batch;
  }
  onAfterBatchTransfer(batch: unknown, _dataloaderIdx: number): Awaitable<unknown> {
    return batch;
  }

  /** Add to the checkpoint what you want to find again. */
  onSaveCheckpoint(_checkpoint: Checkpoint): Awaitable<void> {}
  onLoadCheckpoint(_checkpoint: Checkpoint): Awaitable<void> {}

  /** Last of all; a run that failed ends without it. */
  teardown(_stage: RunKind): Awaitable<void> {}
}
