/** What a class is to the Trainer. */
export type ClassKind = 'module' | 'datamodule' | 'callback';

/** Classes of the package that users extend. Those without members of their own are the roots; the others bring members along. */
const ROOTS: Readonly<Record<string, ClassKind>> = {
  LightningModule: 'module',
  LightningDataModule: 'datamodule',
  Callback: 'callback',
};

/** The package's own callbacks; a test compares this list with the runtime. */
export const PACKAGE_CALLBACKS: readonly string[] = [
  'BackboneFinetuning',
  'BaseFinetuning',
  'BasePredictionWriter',
  'BatchSizeFinder',
  'DeviceStatsMonitor',
  'EMAWeightAveraging',
  'EarlyStopping',
  'GradientAccumulationScheduler',
  'LambdaCallback',
  'LearningRateFinder',
  'LearningRateMonitor',
  'ModelCheckpoint',
  'ModelPruning',
  'ModelSummary',
  'OnExceptionCheckpoint',
  'ProgressBar',
  'SpikeDetection',
  'StochasticWeightAveraging',
  'TQDMProgressBar',
  'ThroughputMonitor',
  'Timer',
  'WeightAveraging',
];

/** An export of the package that may stand at the end of a chain of bases. */
export interface PackageBase {
  readonly kind: ClassKind;
  /** True when it has no members that a subclass could miss: all that it has are hooks that do nothing. */
  readonly isRoot: boolean;
}

/** What a class that extends an export of the package is; null for an export that is no such class. */
export function packageBase(name: string): PackageBase | null {
  const kind = Object.hasOwn(ROOTS, name) ? ROOTS[name] : undefined;
  if (kind) return { kind, isRoot: true };
  return PACKAGE_CALLBACKS.includes(name) ? { kind: 'callback', isRoot: false } : null;
}

/**
 * What a class that cannot be read is by its name alone, or null. A `Callback` is none: many packages have one of that name.
 */
export function kindByName(name: string): ClassKind | null {
  if (name.includes('LightningModule')) return 'module';
  if (name.includes('LightningDataModule')) return 'datamodule';
  return name.includes('LightningCallback') ? 'callback' : null;
}
