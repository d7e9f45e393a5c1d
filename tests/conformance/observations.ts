import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { LRFinder, type Trainer } from 'lightning-tfjs';
import { checkpointContents } from './checkpointContents.js';
import { toCamel, toOptions } from './names.js';
import { NotBuilt } from './notBuilt.js';
import { plain } from './plain.js';
import type { Stage } from './runLog.js';
import { isRecord, type RunSpec } from './scenario.js';

/** What can be looked at after a run. */
export interface RunResult {
  readonly stage: Stage;
  readonly root: string;
  readonly run: RunSpec;
  /** What the call returned. */
  readonly returned: unknown;
}

type Observation = (run: RunResult, expected: unknown) => unknown;

/** An observation by its name in `expect`. @throws NotBuilt when the Trainer has no such property */
export async function observe(name: string, run: RunResult, expected: unknown): Promise<unknown> {
  const observation = OBSERVATIONS[name];
  if (!observation) throw new Error(`There is no observation '${name}' in the format.`);
  return plain(await observation(run, expected));
}

const OBSERVATIONS: Readonly<Record<string, Observation>> = {
  calls: ({ stage }) => stage.log.calls,
  stages: ({ stage }) => stage.log.stages,
  events: ({ stage }) => stage.log.events,
  batches_seen: ({ stage }) => stage.log.batchesSeen,
  loader_calls: ({ stage }) => stage.log.loaderCalls,
  train_outputs: ({ stage }) => stage.log.trainOutputs,
  weight_history: ({ stage }) => stage.log.weightHistory,
  validation_weights: ({ stage }) => stage.log.validationWeights,
  lr_history: ({ stage }) => stage.log.lrHistory,
  momentum_history: ({ stage }) => stage.log.momentumHistory,
  writes: ({ stage }) => stage.log.writes.map(flattenWrite),
  estimated_stepping_batches: ({ stage }) => stage.log.estimatedSteppingBatches,
  ...Object.fromEntries(
    ['global_step', 'current_epoch', 'should_stop', 'callback_metrics', 'logged_metrics', 'progress_bar_metrics'].map(
      (name): [string, Observation] => [name, ({ stage }) => trainerProperty(stage, name)],
    ),
  ),
  ...Object.fromEntries(
    ['training', 'val', 'sanity_val', 'test', 'predict'].map((name): [string, Observation] => [
      `num_${name}_batches`,
      ({ stage }) => orInfinity(trainerProperty(stage, `num_${name}_batches`)),
    ]),
  ),
  status: ({ stage }) => trainerProperty(stage, 'status'),
  weights: ({ stage }) =>
    Object.fromEntries(
      (stage.module?.namedWeights() ?? [])
        .filter(({ variable }) => variable.dtype === 'float32')
        .map(({ name, variable }) => [name, [...variable.dataSync()]]),
    ),
  param_groups: ({ stage }) =>
    optimizersOf(stage).flatMap((optimizer) =>
      optimizer.paramGroups.map((group) => ({ n_params: group.params.length, lr: group.lr })),
    ),
  requires_grad: ({ stage }) =>
    Object.fromEntries(
      (stage.module?.namedWeights() ?? [])
        .filter(({ name }) => !name.includes('running_'))
        .map(({ name, variable }) => [name, variable.trainable]),
    ),
  results: ({ returned }) => returned,
  metrics_csv: ({ stage }) => readCsv(stage).then(({ rows }) => rows),
  metrics_csv_header: ({ stage }) => readCsv(stage).then(({ header }) => header),
  log_dir: ({ stage, root }) => relativePath(root, String(trainerProperty(stage, 'log_dir'))),
  files: ({ root }) => filesBelow(root),
  checkpoint_files: async ({ root }) => (await filesBelow(root)).filter((name) => name.endsWith('.ckpt')),
  links: async ({ root }, expected) => {
    const names = isRecord(expected) ? Object.keys(expected) : [];
    const targets = names.map(async (name) => [name, basename(await readlink(join(root, name)))] as const);
    return Object.fromEntries(await Promise.all(targets));
  },
  checkpoint_callbacks: ({ stage }) => callbacksNamed(stage, 'ModelCheckpoint').map(describeCheckpointCallback),
  early_stopping: ({ stage }) =>
    callbacksNamed(stage, 'EarlyStopping').map((callback) => properties(callback, EARLY_STOPPING_FIELDS)),
  checkpoint_contents: async ({ root }, expected) => {
    const names = isRecord(expected) ? Object.keys(expected) : [];
    const contents = names.map(async (name) => [name, await checkpointContents(join(root, name))] as const);
    return Object.fromEntries(await Promise.all(contents));
  },
  lr: ({ returned }) => finderResults(returned)?.lr ?? null,
  loss: ({ returned }) => finderResults(returned)?.loss ?? null,
  suggestion: ({ returned, run }) =>
    returned instanceof LRFinder ? returned.suggestion(toOptions(run.suggestion_args)) : null,
  result: ({ returned }) => returned,
  tried_batch_sizes: ({ stage }) => stage.log.triedBatchSizes,
  attribute_after: ({ stage, run }) => Reflect.get(stage.module ?? {}, tunedAttribute(stage, run)),
  callback_order: ({ stage }) => stage.trainer?.callbacks.map((callback) => callback.constructor.name),
};

function finderResults(returned: unknown): LRFinder['results'] | undefined {
  return returned instanceof LRFinder ? returned.results : undefined;
}

function tunedAttribute({ spec }: Stage, { call, args }: RunSpec): string {
  if (call === 'lr_find') return toCamel(String(args?.attr_name ?? spec.lr_attr ?? 'lr'));
  return toCamel(String(args?.batch_arg_name ?? 'batch_size'));
}

const EARLY_STOPPING_FIELDS = ['wait_count', 'stopped_epoch', 'best_score', 'stopping_reason'];

/** A list of batch counts or one, with infinity for those that nobody knows. */
function orInfinity(counts: unknown): unknown {
  if (Array.isArray(counts)) return counts.map(orInfinity);
  return counts === undefined ? Number.POSITIVE_INFINITY : counts;
}

function trainerProperty({ trainer }: Stage, name: string): unknown {
  if (!trainer) return undefined;
  if (!(toCamel(name) in trainer)) throw new NotBuilt(`Trainer.${toCamel(name)}`);
  return Reflect.get(trainer, toCamel(name));
}

interface OptimizerLike {
  readonly paramGroups: readonly { readonly lr: number; readonly params: readonly unknown[] }[];
}

/** The optimizers of a run that is over: `module.optimizers()` needs a run. */
function optimizersOf({ trainer }: Stage): readonly OptimizerLike[] {
  if (!trainer || !('optimizers' in trainer)) throw new NotBuilt('Trainer.optimizers');
  return trainer.optimizers as readonly OptimizerLike[];
}

function callbacksNamed({ trainer }: Stage, name: string): Trainer['callbacks'] {
  return trainer?.callbacks.filter((callback) => callback.constructor.name === name) ?? [];
}

function properties(owner: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(owner, toCamel(name))]));
}

function describeCheckpointCallback(callback: object): Record<string, unknown> {
  const paths = properties(callback, ['best_model_path', 'last_model_path', 'kth_best_model_path']);
  const models: unknown = Reflect.get(callback, 'bestKModels');
  return {
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, basename(String(path))])),
    ...properties(callback, ['best_model_score', 'current_score']),
    best_k_models: Object.fromEntries(
      models instanceof Map ? [...models].map(([path, score]) => [basename(String(path)), score]) : [],
    ),
  };
}

/** `metrics.csv` with its empty cells left out. */
async function readCsv(stage: Stage): Promise<{ header: string[]; rows: Record<string, unknown>[] }> {
  const text = await readFile(join(String(trainerProperty(stage, 'log_dir')), 'metrics.csv'), 'utf8').catch(() => '');
  const [header = [], ...lines] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(','));
  const rows = lines.map((cells) =>
    Object.fromEntries(
      header.flatMap((name, index) => (cells[index] ? [[name, toValue(cells[index] as string)] as const] : [])),
    ),
  );
  return { header, rows };
}

function toValue(cell: string): unknown {
  const number = Number(cell);
  return Number.isNaN(number) ? cell : number;
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relativePath(root, join(entry.parentPath, entry.name)))
    .sort((a, b) => (a < b ? -1 : 1));
}

function relativePath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function flattenWrite(write: unknown): unknown {
  const [kind, loader, batch, prediction] = write as readonly unknown[];
  return kind === 'batch' ? [kind, loader, batch, [plain(prediction)].flat(Number.POSITIVE_INFINITY)] : write;
}
