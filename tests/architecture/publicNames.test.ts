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
  hooks: ['BASE_METHODS', 'HOOKS', 'HOOK_NAMES', 'LEGACY_HOOKS'],
  options: ['TRAINER_OPTIONS', 'UNBUILT_OPTIONS'],
  protocol: [
    'PROTOCOL_VERSION',
    'RUN_COMMANDS',
    'RUN_END_REASONS',
    'RUN_KINDS',
    'STAGES',
    'fromWireNumber',
    'isRunCommand',
    'isRunEvent',
    'isSourceLocation',
    'parseRunEvent',
    'toWireNumber',
  ],
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
