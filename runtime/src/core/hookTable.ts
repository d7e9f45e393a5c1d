/**
 * The hook table: every hook's name, who may define it, its parameters, when it is called and whether `log` may be used in
 * it. The Trainer dispatches and checks from this data; the language server lints, completes and hovers from it.
 * Source: PyTorch Lightning 2.6, `core/hooks.py`, `trainer/connectors/logger_connector/fx_validator.py`.
 */

/** Who may define a hook. */
export type HookOwner = 'module' | 'datamodule' | 'callback';

/** Whether `log` may be called in a hook, and what it does there unless told otherwise. */
export interface HookLogging {
  /** False where only `onEpoch` is allowed. */
  readonly onStep: boolean;
  readonly default: 'step' | 'epoch';
}

/** One hook. */
export interface HookRow {
  readonly owners: readonly HookOwner[];
  /** Parameters as a module or data module declares them; a callback's come after `trainer` and `module`. */
  readonly params: string;
  readonly returns: string;
  /** Null: `log` is an error in this hook. */
  readonly log: HookLogging | null;
  /** One sentence: when it is called, and what for. */
  readonly when: string;
}

const STEP: HookLogging = { onStep: true, default: 'step' };
const EVAL: HookLogging = { onStep: true, default: 'epoch' };
const EPOCH: HookLogging = { onStep: false, default: 'epoch' };

const module = ['module'] as const;
const callback = ['callback'] as const;
const both = ['module', 'callback'] as const;
const data = ['module', 'datamodule'] as const;
const all = ['module', 'datamodule', 'callback'] as const;

const row = (
  owners: readonly HookOwner[],
  params: string,
  returns: string,
  log: HookLogging | null,
  when: string,
): HookRow => ({ owners, params, returns, log, when });

const MAY = 'void | Promise<void>';
const LOADERS = 'TrainLoader | Promise<TrainLoader>';
const EVAL_LOADERS = 'EvalLoaders | Promise<EvalLoaders>';
const BATCH = 'batch: unknown, batchIdx: number';
const EVAL_BATCH = 'batch: unknown, batchIdx: number, dataloaderIdx?: number';
const EVAL_END = 'outputs: unknown, batch: unknown, batchIdx: number, dataloaderIdx?: number';
const TRANSFER = 'batch: unknown, dataloaderIdx: number';

/** Every hook that the Trainer calls, in the order in which a fit first reaches them. */
export const HOOKS = {
  configureCallbacks: row(
    module,
    '',
    'Callback | readonly Callback[]',
    null,
    'First of all, in every entry point: callbacks that the module brings along.',
  ),
  prepareData: row(data, '', MAY, null, 'Once, before setup: download and write to disk; set no state here.'),
  setup: row(
    all,
    'stage: RunKind',
    MAY,
    null,
    "Before the run starts, with the stage 'fit', 'validate', 'test' or 'predict': build what depends on data.",
  ),
  configureModel: row(
    module,
    '',
    MAY,
    null,
    'After setup, in every entry point: create layers late; may be called more than once.',
  ),
  configureOptimizers: row(
    module,
    '',
    'OptimizerConfig | Promise<OptimizerConfig>',
    null,
    'In fit only, after a checkpoint has restored the weights: returns the optimizers, and schedulers of their learning rates.',
  ),
  onFitStart: row(both, '', MAY, null, 'Once, when fit begins, before the sanity check.'),
  onSanityCheckStart: row(callback, '', MAY, null, 'Before the few validation batches that run ahead of training.'),
  onSanityCheckEnd: row(callback, '', MAY, null, 'After the sanity check.'),
  trainDataloader: row(data, '', LOADERS, null, 'When training first needs its batches.'),
  valDataloader: row(data, '', EVAL_LOADERS, null, 'When validation first needs its batches.'),
  testDataloader: row(data, '', EVAL_LOADERS, null, 'When test first needs its batches.'),
  predictDataloader: row(data, '', EVAL_LOADERS, null, 'When predict first needs its batches.'),
  onTrainStart: row(both, '', MAY, EPOCH, 'Once, after the sanity check and before the first epoch.'),
  onTrainEpochStart: row(both, '', MAY, EPOCH, 'At the beginning of each training epoch.'),
  onBeforeBatchTransfer: row(data, TRANSFER, 'unknown', null, 'Before a batch moves to the device; returns the batch.'),
  transferBatchToDevice: row(data, TRANSFER, 'unknown', null, 'Moves a batch to the device; returns the batch.'),
  onAfterBatchTransfer: row(data, TRANSFER, 'unknown', null, 'After a batch moved to the device; returns the batch.'),
  onTrainBatchStart: row(
    both,
    BATCH,
    'void | -1 | Promise<void | -1>',
    STEP,
    'Before each training batch; a module that returns -1 skips the rest of the epoch.',
  ),
  optimizerStep: row(
    module,
    'epoch: number, batchIdx: number, optimizer: LightningOptimizer, optimizerClosure: OptimizerClosure',
    MAY,
    STEP,
    'Once per optimizer step, around trainingStep and backward: the closure runs them.',
  ),
  tbpttSplitBatch: row(
    module,
    'batch: unknown, splitSize: number',
    'readonly unknown[] | Promise<readonly unknown[]>',
    null,
    'With truncatedBpttSteps, before the steps of a batch: returns its pieces of time. A hook of PyTorch Lightning 1.6.',
  ),
  trainingStep: row(
    module,
    BATCH,
    'StepOutput | Promise<StepOutput>',
    STEP,
    'For each training batch: returns the loss, or an object with a loss, or nothing to skip the batch. With truncatedBpttSteps it takes `hiddens` as a third argument and returns { loss, hiddens }.',
  ),
  trainingStepEnd: row(
    module,
    'stepOutput: unknown',
    'StepOutput | Promise<StepOutput>',
    STEP,
    "After trainingStep, with its output; under strategy 'dp' with the list of outputs of all parts. A hook of PyTorch Lightning 1.6.",
  ),
  onBeforeZeroGrad: row(
    both,
    'optimizer: Optimizer',
    MAY,
    STEP,
    'After trainingStep, before the gradients are cleared.',
  ),
  optimizerZeroGrad: row(
    module,
    'epoch: number, batchIdx: number, optimizer: Optimizer',
    MAY,
    STEP,
    'Clears the gradients, on the first batch of each accumulation window.',
  ),
  onBeforeBackward: row(
    both,
    'loss: tf.Scalar',
    MAY,
    STEP,
    'Before the gradients are computed; the loss is already divided by accumulateGradBatches.',
  ),
  backward: row(module, 'loss: tf.Scalar', MAY, STEP, 'Computes the gradients of the loss.'),
  onAfterBackward: row(both, '', MAY, STEP, 'After the gradients were computed.'),
  onBeforeOptimizerStep: row(
    both,
    'optimizer: Optimizer',
    MAY,
    STEP,
    'Before the optimizer updates the weights, and before clipping.',
  ),
  configureGradientClipping: row(
    module,
    "optimizer: Optimizer, gradientClipVal?: number, gradientClipAlgorithm?: 'norm' | 'value'",
    MAY,
    STEP,
    'Clips the gradients; override to clip in your own way, and call this.clipGradients.',
  ),
  lrSchedulerStep: row(
    module,
    'scheduler: LRSchedulerLike, metric: number | null',
    MAY,
    null,
    'When a learning rate scheduler is due: before onTrainBatchEnd, or after validation for one that needs a metric.',
  ),
  onTrainBatchEnd: row(
    both,
    'outputs: StepOutputs, batch: unknown, batchIdx: number',
    MAY,
    STEP,
    'After each training batch and its optimizer step.',
  ),
  onValidationModelZeroGrad: row(
    module,
    '',
    MAY,
    null,
    'Before validation inside fit, unless gradients are being accumulated.',
  ),
  onValidationModelEval: row(module, '', MAY, null, 'Puts the module into evaluation mode for validation.'),
  onValidationModelTrain: row(module, '', MAY, null, 'Puts the module back into training mode after validation.'),
  onValidationStart: row(both, '', MAY, EPOCH, 'When a validation run begins.'),
  onValidationEpochStart: row(both, '', MAY, EPOCH, 'When a validation epoch begins.'),
  onValidationBatchStart: row(both, EVAL_BATCH, MAY, EVAL, 'Before each validation batch.'),
  validationStep: row(module, EVAL_BATCH, 'unknown', EVAL, 'For each validation batch; log metrics here.'),
  validationStepEnd: row(
    module,
    'stepOutput: unknown',
    'unknown',
    EVAL,
    'After validationStep, as trainingStepEnd. A hook of PyTorch Lightning 1.6.',
  ),
  onValidationBatchEnd: row(both, EVAL_END, MAY, EVAL, 'After each validation batch.'),
  validationEpochEnd: row(
    module,
    'outputs: readonly unknown[]',
    MAY,
    EPOCH,
    'After all validation batches, with what each step returned; with several loaders a list for each. A hook of PyTorch Lightning 1.6.',
  ),
  onValidationEpochEnd: row(both, '', MAY, EPOCH, 'After all validation batches.'),
  onValidationEnd: row(both, '', MAY, null, 'When a validation run ends; its metrics are known.'),
  trainingEpochEnd: row(
    module,
    'outputs: readonly unknown[]',
    MAY,
    EPOCH,
    'After the batches of a training epoch, with the outputs of all of them: { loss, … }. A hook of PyTorch Lightning 1.6.',
  ),
  onTrainEpochEnd: row(both, '', MAY, EPOCH, 'At the end of each training epoch, after its validation.'),
  onTrainEnd: row(both, '', MAY, null, 'Once, after the last epoch.'),
  onFitEnd: row(both, '', MAY, null, 'Once, when fit is over.'),
  onTestModelEval: row(module, '', MAY, null, 'Puts the module into evaluation mode for test.'),
  onTestModelTrain: row(module, '', MAY, null, 'Puts the module back after test.'),
  onTestStart: row(both, '', MAY, EPOCH, 'When test begins.'),
  onTestEpochStart: row(both, '', MAY, EPOCH, 'When the test epoch begins.'),
  onTestBatchStart: row(both, EVAL_BATCH, MAY, EVAL, 'Before each test batch.'),
  testStep: row(module, EVAL_BATCH, 'unknown', EVAL, 'For each test batch; log metrics here.'),
  testStepEnd: row(
    module,
    'stepOutput: unknown',
    'unknown',
    EVAL,
    'After testStep, as trainingStepEnd. A hook of PyTorch Lightning 1.6.',
  ),
  onTestBatchEnd: row(both, EVAL_END, MAY, EVAL, 'After each test batch.'),
  testEpochEnd: row(
    module,
    'outputs: readonly unknown[]',
    MAY,
    EPOCH,
    'After all test batches, as validationEpochEnd. A hook of PyTorch Lightning 1.6.',
  ),
  onTestEpochEnd: row(both, '', MAY, EPOCH, 'After all test batches.'),
  onTestEnd: row(both, '', MAY, null, 'When test ends.'),
  onPredictModelEval: row(module, '', MAY, null, 'Puts the module into evaluation mode for predict.'),
  onPredictStart: row(both, '', MAY, null, 'When predict begins.'),
  onPredictEpochStart: row(both, '', MAY, null, 'When the prediction epoch begins.'),
  onPredictBatchStart: row(both, EVAL_BATCH, MAY, null, 'Before each prediction batch.'),
  predictStep: row(
    module,
    EVAL_BATCH,
    'unknown',
    null,
    'For each prediction batch: returns the prediction; calls forward(batch) unless overridden.',
  ),
  onPredictBatchEnd: row(both, EVAL_END, MAY, null, 'After each prediction batch.'),
  onPredictEpochEnd: row(both, '', MAY, null, 'After all prediction batches.'),
  onPredictEnd: row(both, '', MAY, null, 'When predict ends.'),
  onSaveCheckpoint: row(
    both,
    'checkpoint: Checkpoint',
    MAY,
    null,
    'While a checkpoint is made: add to it what you want to find again.',
  ),
  onLoadCheckpoint: row(both, 'checkpoint: Checkpoint', MAY, null, 'Before a checkpoint is applied.'),
  onException: row(['datamodule', 'callback'], 'error: Error', MAY, null, 'When the run fails or is interrupted.'),
  stateDict: row(
    ['datamodule', 'callback'],
    '',
    'Record<string, unknown>',
    null,
    'While a checkpoint is made: returns the state to keep.',
  ),
  loadStateDict: row(
    ['datamodule', 'callback'],
    'state: Record<string, unknown>',
    MAY,
    null,
    'While a checkpoint is applied: takes back what stateDict returned.',
  ),
  teardown: row(all, 'stage: RunKind', MAY, null, 'Last of all; a run that failed ends with onException instead.'),
} as const satisfies Record<string, HookRow>;

/** Name of a hook. */
export type HookName = keyof typeof HOOKS;

/** The names of all hooks. */
export const HOOK_NAMES = Object.keys(HOOKS) as readonly HookName[];

/** A hook of PyTorch Lightning 1.x, and what does its work now. */
export interface LegacyHookRow {
  readonly owners: readonly HookOwner[];
  readonly replacement: HookName;
}

/** Hooks that PyTorch Lightning once had. They are known, so that nobody calls them a misspelling. */
export const LEGACY_HOOKS = {
  onEpochStart: { owners: both, replacement: 'onTrainEpochStart' },
  onEpochEnd: { owners: both, replacement: 'onTrainEpochEnd' },
  onBatchStart: { owners: callback, replacement: 'onTrainBatchStart' },
  onBatchEnd: { owners: callback, replacement: 'onTrainBatchEnd' },
  onPretrainRoutineStart: { owners: both, replacement: 'onFitStart' },
  onPretrainRoutineEnd: { owners: both, replacement: 'onFitStart' },
  onInitStart: { owners: callback, replacement: 'setup' },
  onInitEnd: { owners: callback, replacement: 'setup' },
  onKeyboardInterrupt: { owners: callback, replacement: 'onException' },
} as const satisfies Record<string, LegacyHookRow>;

/** Name of a hook of PyTorch Lightning 1.x. */
export type LegacyHookName = keyof typeof LEGACY_HOOKS;

/**
 * Methods of a module that are not hooks, those of PyTorch Lightning that this version has not among them: a method near one
 * of these names is no misspelt hook.
 */
export const BASE_METHODS = [
  'constructor',
  'forward',
  'log',
  'logDict',
  'print',
  'parameters',
  'namedParameters',
  'namedWeights',
  'grad',
  'dispose',
  'stateDict',
  'loadStateDict',
  'optimizers',
  'lrSchedulers',
  'manualBackward',
  'toggleOptimizer',
  'untoggleOptimizer',
  'toggledOptimizer',
  'clipGradients',
  'freeze',
  'unfreeze',
  'train',
  'eval',
  'zeroGrad',
  'saveHyperparameters',
  'loadFromCheckpoint',
] as const;
