import {
  behaviourOf,
  constructedIn,
  entryOf,
  type FileModel,
  type ModuleModel,
  type NewValue,
  type ObjectValue,
  objectAt,
  optionOf,
  settled,
  type TextRange,
  type TrainerCall,
  type Value,
} from '../analysis/index.js';

/** Somebody who watches a logged value. */
export interface Monitor {
  /** Such as `EarlyStopping`. */
  readonly by: string;
  readonly name: string;
  readonly range: TextRange;
  /** False where a missing value is no error. */
  readonly isStrict: boolean;
  /** Under what it may watch besides: what the Trainer itself knows. */
  readonly alsoKnown: readonly string[];
}

/** Callbacks of the package that log values of their own, which a monitor may watch. */
const LOGGING: ReadonlySet<string> = new Set([
  'LearningRateMonitor',
  'DeviceStatsMonitor',
  'ThroughputMonitor',
  'LambdaCallback',
  'StochasticWeightAveraging',
]);

/** The callbacks of a Trainer that watch something, and whether all of its callbacks are known, and log nothing. */
export function monitorsOf(
  file: FileModel,
  { options, isClosed }: TrainerCall,
): { readonly monitors: readonly Monitor[]; readonly isClosed: boolean } {
  const callbacks = options && optionOf(options, 'callbacks');
  const isTracking = options && entryOf(options, 'trackGradNorm') !== undefined;
  const found = watchersIn(file, callbacks);
  return { ...found, isClosed: isClosed && found.isClosed && !isTracking };
}

/** The callbacks that a module brings along. */
export function ownMonitors(
  file: FileModel,
  module: ModuleModel,
): { readonly monitors: readonly Monitor[]; readonly isClosed: boolean } {
  const method = behaviourOf(module).method('configureCallbacks');
  if (!method) return { monitors: [], isClosed: !module.has('configureCallbacks') };
  // Its ranges are of another file when a base has it.
  if (!behaviourOf(module).ownMethod('configureCallbacks')) return { monitors: [], isClosed: false };
  const found = method.returns.map(({ value }) => watchersIn(file, value ?? undefined));
  return { monitors: found.flatMap(({ monitors }) => monitors), isClosed: found.every(({ isClosed }) => isClosed) };
}

function watchersIn(
  file: FileModel,
  value: Value | undefined,
): { readonly monitors: readonly Monitor[]; readonly isClosed: boolean } {
  const { found, isClosed } = constructedIn(value);
  const names = found.map((each) => file.packageNameOf(each));
  const monitors = found.flatMap((each, index) => monitorIn(each, names[index] ?? null) ?? []);
  return { monitors, isClosed: isClosed && names.every((name) => name !== null && !LOGGING.has(name)) };
}

function monitorIn(value: NewValue, by: string | null): Monitor | undefined {
  if (by !== 'EarlyStopping' && by !== 'ModelCheckpoint') return undefined;
  const options = objectAt(value.arguments, 0);
  const monitor = options && monitorEntry(options);
  if (!options || !monitor) return undefined;
  const strict = optionOf(options, 'strict');
  const isStrict = !strict || (strict.kind === 'boolean' && strict.value);
  const alsoKnown = by === 'ModelCheckpoint' ? ['epoch', 'step'] : [];
  return { by, ...monitor, isStrict, alsoKnown };
}

/** The name in `monitor: '…'`. */
export function monitorEntry(object: ObjectValue): { readonly name: string; readonly range: TextRange } | undefined {
  const entry = entryOf(object, 'monitor');
  const value = entry && settled(entry.value);
  return entry && value?.kind === 'string' ? { name: value.value, range: entry.value.range } : undefined;
}
