import { describe, expect, it } from 'vitest';

/** The package's doors. A name here is a promise to users: adding or removing one is a decision. */
const DOORS = {
  index: [
    'AdvancedProfiler',
    'AsyncCheckpointIO',
    'BackboneFinetuning',
    'BaseFinetuning',
    'BasePredictionWriter',
    'BatchSampler',
    'BatchSizeFinder',
    'CSVLogger',
    'Callback',
    'CheckpointError',
    'CheckpointIO',
    'CombinedLoader',
    'ConcatDataset',
    'DataLoader',
    'DeviceStatsMonitor',
    'DummyLogger',
    'EMAWeightAveraging',
    'EarlyStopping',
    'FitLoop',
    'GradScaler',
    'GradientAccumulationScheduler',
    'HttpCheckpointIO',
    'KernelProfiler',
    'LRFinder',
    'LambdaCallback',
    'LearningRateFinder',
    'LearningRateMonitor',
    'LightningDataModule',
    'LightningError',
    'LightningModule',
    'LightningOptimizer',
    'LocalCheckpointIO',
    'Logger',
    'MLFlowLogger',
    'MisconfigurationError',
    'MixedPrecision',
    'ModelCheckpoint',
    'ModelPruning',
    'ModelSummary',
    'OnExceptionCheckpoint',
    'PassThroughProfiler',
    'Precision',
    'Profiler',
    'ProgressBar',
    'RandomSampler',
    'RunError',
    'S3CheckpointIO',
    'SequentialSampler',
    'SimpleProfiler',
    'SpikeDetection',
    'StochasticWeightAveraging',
    'Subset',
    'SubsetRandomSampler',
    'SummaryWriter',
    'TQDMProgressBar',
    'TensorBoardLogger',
    'TensorDataset',
    'ThroughputMonitor',
    'Timer',
    'TorchObject',
    'TorchTensor',
    'Trainer',
    'TrainingEpochLoop',
    'TrainingSpikeError',
    'Tuner',
    'WandbLogger',
    'WeightAveraging',
    'WeightedRandomSampler',
    'defaultCollate',
    'functional',
    'optim',
    'randomSplit',
    'readCheckpoint',
    'readCheckpointHeader',
    'readTorchFile',
    'seedEverything',
    'tf',
    'workerDataset',
  ],
  hooks: [
    'BASE_METHODS',
    'HOOKS',
    'HOOK_NAMES',
    'LEGACY_HOOKS',
    'hookSequence',
    'isKnownHookName',
    'nearestHook',
    'wordsOf',
  ],
  options: [
    'LEGACY_OPTIONS',
    'LEGACY_VALUES',
    'PROCESS_STRATEGIES',
    'TRAINER_OPTIONS',
    'checkOption',
    'environmentVariable',
    'modernSpelling',
  ],
  protocol: [
    'LineSplitter',
    'MAX_COMMAND_LINE_BYTES',
    'MAX_EVENT_LINE_BYTES',
    'MAX_METRIC_CELLS',
    'PROTOCOL_VERSION',
    'RUN_COMMANDS',
    'RUN_END_REASONS',
    'RUN_KINDS',
    'SPAN_CATEGORIES',
    'SPAN_FORMAT',
    'SPAN_FORMAT_VERSION',
    'STAGES',
    'SpanReader',
    'fromWireNumber',
    'isRunCommand',
    'isRunEvent',
    'isSourceLocation',
    'packMetrics',
    'parseRunCommand',
    'parseRunEvent',
    'readSpans',
    'toWireNumber',
    'unpackMetrics',
  ],
  runs: ['RunRecord', 'followRun', 'mayBeRunning', 'readRun'],
} as const;

describe.each(Object.entries(DOORS))('the door %s', (door, names) => {
  it('has these names', async () => {
    const built: object = await import(new URL(`../../runtime/dist/${door}.js`, import.meta.url).href);
    expect(Object.keys(built).sort()).toEqual(names);
  });
});

describe('the classes of the built package', () => {
  it('are called what they are exported as: names stand in checkpoints, summaries and messages', async () => {
    const built = (await import(new URL('../../runtime/dist/index.js', import.meta.url).href)) as Record<
      string,
      object
    >;
    const exported = [...Object.entries(built), ...Object.entries(built.optim ?? {})];
    const classes = exported.filter(([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name));
    const renamed = classes
      .filter(([name, value]) => (value as { name?: unknown }).name !== name)
      .map(([name]) => name);
    expect(classes.length).toBeGreaterThan(15);
    expect(renamed).toEqual([]);
  });
});
