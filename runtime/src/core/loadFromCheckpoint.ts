import { type Checkpoint, checkPlainContent, DefaultCheckpointIO, resolvePlace } from '../checkpoint/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import { readHyperparametersFile } from './hyperparametersFile.js';
import type { LightningDataModule } from './lightningDataModule.js';
import type { LightningModule } from './lightningModule.js';
import { type Probe, probeHyperparameters } from './probeHyperparameters.js';

/** A class whose constructor takes one object of hyperparameters, or nothing. */
export type ClassToLoad<Loaded extends object> = new (...args: never[]) => Loaded;

/** What may be given in place of a checkpoint's hyperparameters: some of what the class's constructor takes. */
export type HyperparametersOf<Class extends ClassToLoad<object>> =
  ConstructorParameters<Class> extends readonly [first?: infer First, ...rest: unknown[]]
    ? unknown extends First
      ? Readonly<Record<string, never>>
      : Partial<NonNullable<First>>
    : never;

/** How a data module is loaded. */
export interface LoadOptions {
  /** A YAML file, such as a logger's `hparams.yaml`, whose values take the place of the checkpoint's hyperparameters. */
  hparamsFile?: string;
  /** True: refuse a checkpoint of torch's that holds objects besides tensors and plain values. Nothing of a file is executed in any case. */
  weightsOnly?: boolean;
}

/** How a module is loaded. */
export interface LoadModuleOptions extends LoadOptions {
  /** False: weights that only one side has are told of in a warning. Default: the module's `strictLoading`, else true. */
  strict?: boolean;
}

/** Where PyTorch Lightning before 0.8 kept hyperparameters. */
const PAST_KEYS = ['hparams', 'module_arguments'];
/** What LightningCLI adds: how Python makes the module. */
const PYTHON_ONLY = new Set(['_instantiator', '_class_path']);

/** See `LightningModule.loadFromCheckpoint`. Source: PyTorch Lightning, `core/saving.py`. */
export async function loadModule<Class extends ClassToLoad<LightningModule>>(
  Class: Class,
  path: string,
  overrides: object,
  options: LoadModuleOptions,
): Promise<InstanceType<Class>> {
  checkOptions(Class, options, ['hparamsFile', 'weightsOnly', 'strict']);
  const checkpoint = await read(path, options);
  const stored = await storedHyperparameters(checkpoint, options, [...PAST_KEYS, 'hyper_parameters']);
  const { made: module, probe } = construct(Class, path, stored, overrides);
  try {
    const strict = settleStrictness(Class, module, options);
    await module.configureModel();
    await module.onLoadCheckpoint(checkpoint);
    const { state_dict: weights } = checkpoint;
    if (!strict) warnOfDifference(Class, path, module, weights);
    if (Object.keys(weights).length === 0) process.emitWarning(`The state dict of ${path} contains no parameters.`);
    else loadWeightsOf(module, checkpoint, strict, probe);
  } catch (error) {
    module.dispose();
    throw error;
  }
  return module;
}

/** See `LightningDataModule.loadFromCheckpoint`. */
export async function loadDataModule<Class extends ClassToLoad<LightningDataModule>>(
  Class: Class,
  path: string,
  overrides: object,
  options: LoadOptions,
): Promise<InstanceType<Class>> {
  checkOptions(Class, options, ['hparamsFile', 'weightsOnly']);
  const checkpoint = await read(path, options);
  const stored = await storedHyperparameters(checkpoint, options, ['datamodule_hyper_parameters']);
  const { made: datamodule } = construct(Class, path, stored, overrides);
  // PyTorch Lightning keeps the state under the class's name.
  const state = checkpoint.datamodule ?? checkpoint[Class.name];
  if (typeof state === 'object' && state !== null) await datamodule.loadStateDict({ ...state });
  return datamodule;
}

async function read(path: string, { weightsOnly = false }: LoadOptions): Promise<Checkpoint> {
  const checkpoint = await new DefaultCheckpointIO().loadCheckpoint(resolvePlace(path));
  if (weightsOnly) checkPlainContent(path, checkpoint);
  return checkpoint;
}

async function storedHyperparameters(
  checkpoint: Checkpoint,
  { hparamsFile }: LoadOptions,
  keys: readonly string[],
): Promise<Record<string, unknown>> {
  if (hparamsFile !== undefined) return readHyperparametersFile(hparamsFile);
  const entries = keys.flatMap((key) => Object.entries(checkpoint[key] ?? {}));
  return Object.fromEntries(entries.filter(([name]) => !PYTHON_ONLY.has(name)));
}

function construct<Class extends ClassToLoad<object>>(
  Class: Class,
  path: string,
  stored: Readonly<Record<string, unknown>>,
  overrides: object,
): { made: InstanceType<Class>; probe: Probe } {
  if (Class.length > 1) {
    throw new MisconfigurationError({
      code: 'load-constructor',
      found: `The constructor of ${Class.name} takes ${Class.length} arguments, and loadFromCheckpoint has one to give: the object of hyperparameters.`,
      fix: 'Put all of them into one object: constructor(hparams = { lr: 1e-3, hidden: 64 }).',
    });
  }
  const probe = probeHyperparameters({ ...stored, ...overrides });
  let made: InstanceType<Class>;
  try {
    made = Reflect.construct(Class, [probe.hparams]) as InstanceType<Class>; // of this class, and of no other
  } catch (cause) {
    if (probe.missing.size === 0) throw cause;
    throw missingHyperparameters(Class, path, stored, probe, cause);
  } finally {
    probe.end();
  }
  const unknown = Object.keys(overrides).filter((name) => !Object.hasOwn(stored, name) && !probe.read.has(name));
  for (const name of unknown) {
    const known = new Set([...Object.keys(stored), ...probe.missing, ...probe.read]);
    // Who saves the whole object may use it later: only what looks like another name is taken for a mistake.
    const near = nearest(name, known);
    if (near === undefined && isSaved(made, name)) continue;
    if (hasWeights(made)) made.dispose();
    throw new MisconfigurationError({
      code: 'unknown-hyperparameter',
      found: `The constructor of ${Class.name} knows no hyperparameter \`${name}\`, which loadFromCheckpoint was given.`,
      ...(known.size > 0 && { allowed: [...known].join(', ') }),
      fix: near ? `Did you mean \`${near}\`?` : 'Leave it out.',
    });
  }
  return { made, probe };
}

function missingHyperparameters(
  { name }: ClassToLoad<object>,
  path: string,
  stored: object,
  { missing }: Probe,
  cause: unknown,
): MisconfigurationError {
  const names = [...missing].map((each) => `\`${each}\``).join(', ');
  const has = Object.keys(stored).length > 0 ? `only ${Object.keys(stored).join(', ')}` : 'no hyperparameters';
  return new MisconfigurationError({
    code: 'missing-hyperparameter',
    found: `${name} cannot be made from ${path}, which has ${has}: its constructor looked for ${names}, and failed with "${cause instanceof Error ? cause.message : String(cause)}".`,
    fix: `Pass what is missing: ${name}.loadFromCheckpoint(path, { ${[...missing].map((each) => `${each}: …`).join(', ')} }), and call this.saveHyperparameters(hparams) in the constructor, so that the next file has it.`,
    cause,
  });
}

function isSaved(made: object, name: string): boolean {
  return 'hparams' in made && typeof made.hparams === 'object' && made.hparams !== null && name in made.hparams;
}

function hasWeights(made: object): made is { dispose(): void } {
  return 'dispose' in made && typeof made.dispose === 'function';
}

function settleStrictness(
  { name }: ClassToLoad<object>,
  module: LightningModule,
  { strict }: LoadModuleOptions,
): boolean {
  const { strictLoading } = module;
  if (strict === undefined || strictLoading === undefined || strict === strictLoading) {
    return strict ?? strictLoading ?? true;
  }
  throw new MisconfigurationError({
    code: 'strict-loading',
    found: `You set loadFromCheckpoint's \`strict\` to ${strict}, and ${name}.strictLoading is ${strictLoading}.`,
    fix: 'Set both to the same value, or leave out one of them.',
  });
}

function warnOfDifference(
  { name }: ClassToLoad<object>,
  path: string,
  module: LightningModule,
  weights: Checkpoint['state_dict'],
): void {
  const own = new Set(module.namedWeights().map((weight) => weight.name));
  const missing = [...own].filter((weight) => !Object.hasOwn(weights, weight));
  const unexpected = Object.keys(weights).filter((weight) => !own.has(weight));
  if (missing.length > 0) process.emitWarning(`${name} has weights that ${path} lacks: ${missing.join(', ')}.`);
  if (unexpected.length > 0) process.emitWarning(`${path} has weights that ${name} lacks: ${unexpected.join(', ')}.`);
}

/** When weights do not fit, a hyperparameter that the file lacks, and that has a default, is the likely reason. */
function loadWeightsOf(
  module: LightningModule,
  { state_dict: weights }: Checkpoint,
  strict: boolean,
  { missing }: Probe,
): void {
  try {
    module.loadStateDict(weights, { strict });
  } catch (cause) {
    if (missing.size === 0 || !(cause instanceof MisconfigurationError)) throw cause;
    const names = [...missing].map((name) => `\`${name}\``).join(', ');
    throw new MisconfigurationError({
      code: cause.code,
      found: `${cause.message} The constructor also looked for ${names}, which the checkpoint does not have.`,
      fix: 'If the module was saved with other values for these, pass them: loadFromCheckpoint(path, { … }).',
      cause,
    });
  }
}

function checkOptions({ name }: ClassToLoad<object>, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new MisconfigurationError({
    code: 'option-name',
    found: `${name}.loadFromCheckpoint has no option \`${unknown}\`.`,
    allowed: known.join(', '),
    fix: near ? `Did you mean \`${near}\`?` : 'Hyperparameters are the second argument, options the third.',
  });
}
