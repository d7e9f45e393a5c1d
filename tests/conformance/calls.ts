import { join } from 'node:path';
import { CSVLogger, type LightningDataModule, type Logger, Trainer, type TrainerOptions } from 'lightning-tfjs';
import { makeCallback, makeRecorder } from './callbacks.js';
import { makeLoaders } from './module/loaders.js';
import { toCamel, toOptions } from './names.js';
import { publicClass } from './notBuilt.js';
import type { Stage } from './runLog.js';
import { isRecord, type JsonObject, type RunSpec } from './scenario.js';

/** What the harness sets unless the scenario says otherwise. */
const QUIET: TrainerOptions = {
  logger: false,
  enableCheckpointing: false,
  enableProgressBar: false,
  enableModelSummary: false,
};

/** Creates the Trainer of a run, with the recorder first among its callbacks. */
export function makeTrainer(run: RunSpec, stage: Stage, root: string, engine: string | undefined): Trainer {
  const { logger, accelerator, devices, max_epochs, ...rest } = run.trainer ?? {};
  // Null is Python's "not given" here.
  const given: JsonObject = max_epochs === null || max_epochs === undefined ? rest : { ...rest, max_epochs };
  const callbacks = [makeRecorder(stage), ...(run.callbacks ?? []).map((spec) => makeCallback(spec, stage, root))];
  const options = {
    ...(given.barebones === true ? {} : { ...QUIET, enableRunEvents: false }), // run.ndjson is ours, and no part of the file lists
    ...(engine !== undefined && { engine }),
    accelerator: accelerator ?? 'cpu',
    ...(devices !== undefined && { devices }),
    defaultRootDir: root,
    ...toOptions(given),
    ...(logger !== undefined && { logger: loggerFor(logger, root) }),
    callbacks,
  };
  return new Trainer(options as TrainerOptions); // scenarios may hold what the type forbids
}

function loggerFor(spec: unknown, root: string): boolean | Logger {
  if (spec === 'csv') return new CSVLogger(root);
  if (isRecord(spec)) return new CSVLogger(root, toOptions(spec.csv as JsonObject));
  return spec as boolean;
}

type Call = (run: RunSpec, stage: Stage, datamodule: LightningDataModule | undefined, root: string) => Promise<unknown>;

const entry =
  (kind: 'fit' | 'validate' | 'test' | 'predict'): Call =>
  async (run, stage, datamodule, root) => {
    const module = run.without_model ? undefined : stage.module;
    const args = {
      ...(datamodule && { datamodule }),
      ...(run.ckpt_path !== undefined && { ckptPath: checkpointPath(run.ckpt_path, root) }),
      ...(run.extra_dataloaders && { trainDataloader: makeLoaders(stage.spec, 'train') as never }),
    };
    return trainerOf(stage)[kind](module as never, args); // a call without a module is for the Trainer to refuse
  };

/** The calls of the format. */
export const CALLS: Readonly<Record<string, Call>> = {
  fit: entry('fit'),
  validate: entry('validate'),
  test: entry('test'),
  predict: entry('predict'),
  save_checkpoint: async ({ args = {} }, stage, _datamodule, root) =>
    trainerOf(stage).saveCheckpoint(join(root, String(args.filepath)), { weightsOnly: args.weights_only === true }),
  log: async (_run, { module }) => module?.log('a', 1),
  lr_find: tune('lr_find'),
  scale_batch_size: tune('scale_batch_size'),
};

function tune(name: string): Call {
  return async ({ args = {} }, stage, datamodule) => {
    const Tuner = publicClass('Tuner') as new (trainer: Trainer) => object;
    const tuner = new Tuner(trainerOf(stage));
    const method = Reflect.get(tuner, toCamel(name)) as (...args: readonly unknown[]) => Promise<unknown>;
    const options = toOptions(args);
    // Their values are names, too.
    for (const field of ['attrName', 'batchArgName']) {
      if (typeof options[field] === 'string') options[field] = toCamel(options[field]);
    }
    return method.call(tuner, stage.module, { ...options, ...(datamodule && { datamodule }) });
  };
}

function trainerOf({ trainer }: Stage): Trainer {
  if (!trainer) throw new Error('The scenario uses a Trainer that no run has created.');
  return trainer;
}

function checkpointPath(path: string, root: string): string {
  return path === 'best' || path === 'last' ? path : join(root, path);
}
