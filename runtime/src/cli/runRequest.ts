import { resolve } from 'node:path';
import type { LightningModule } from '../core/index.js';
import { LightningError } from '../errors/index.js';
import type { TrainerOptions } from '../trainer/index.js';
import { checkOption } from '../trainer/options.js';
import { TRAINER_OPTIONS } from '../trainer/optionTable.js';
import type { RunRequest } from './args.js';
import type { RunConfig } from './config/readConfig.js';
import { createInstance, hparamsOf } from './createInstance.js';
import { UsageError } from './errors.js';
import { findClasses } from './findClasses.js';
import { loadEsbuild } from './loadEsbuild.js';
import { type LoadedFile, loadUserFile } from './loadUserFile.js';
import { metricsTable, runSummary } from './runSummary.js';
import { type CliTrainer, loadRuntime, type RunArguments, type RuntimeParts } from './runtimeParts.js';

/** Who a run talks to. */
export interface RunSurroundings {
  /** Gets the Trainer before it runs, to listen to its events and to command it. */
  watch(trainer: CliTrainer): void;
  /** True once somebody asked for an end. */
  isStopping(): boolean;
  /** Prints a line for the person. */
  print(text: string): void;
  /** Default: the running package. */
  readonly load?: () => Promise<RuntimeParts>;
  /** Default: {@link loadUserFile}. */
  readonly loadFile?: (path: string) => Promise<LoadedFile>;
}

/**
 * Does what a command line asks: loads the engine and the user's file, creates the module and runs it.
 * @throws UsageError for options that do not fit together or do not fit the module; whatever the user's code throws
 */
export async function runRequest(request: RunRequest, around: RunSurroundings): Promise<void> {
  const config = await configOf(request);
  const loadFile = around.loadFile ?? fileLoader(request.file);
  const runtime = await (around.load ?? loadRuntime)();
  const trainer = await createTrainer(runtime, request, config);
  trainer.sourceFile = resolve(request.file);
  // Before the file: layers draw their first weights when they are created.
  await runtime.startEngine(trainer.options.accelerator, { engine: trainer.options.engine });
  const seed = request.seed ?? (config?.seed === true ? Math.floor(Math.random() * 2 ** 32) : config?.seed);
  if (seed !== undefined) runtime.seedEverything(seed);
  const { module, args } = await createModules(request, config, await loadFile(request.file), runtime);
  const configuration = () => resolvedText(request, config, seed, module, args);
  if (request.printsConfig) {
    around.print((await configuration()).trimEnd());
    return;
  }
  const stopSaving = await saveConfigOf(trainer, configuration);
  around.watch(trainer);
  await run(request, trainer, module, args, around);
  stopSaving();
}

/** Loaded only when there is one: most runs have none. */
async function configOf({ configs, command }: RunRequest): Promise<RunConfig | undefined> {
  if (configs.length === 0) return undefined;
  const { readConfigs } = await import('./config/readConfig.js');
  return readConfigs(configs, command, { options: TRAINER_OPTIONS, check: checkOption });
}

/** What determines this run, as YAML that `--config` reads. */
async function resolvedText(
  { trainer, configs: _configs, ckptPath }: RunRequest,
  config: RunConfig | undefined,
  seed: number | undefined,
  module: LightningModule,
  { datamodule }: RunArguments,
): Promise<string> {
  const { configText } = await import('./config/resolvedConfig.js');
  const objects = [...(config?.objects ?? [])].filter(([name]) => !Object.hasOwn(trainer, name));
  const described = (instance: object) => ({ name: instance.constructor.name, hparams: hparamsOf(instance) });
  return configText(
    {
      seed,
      ckptPath: ckptPath ?? config?.ckptPath,
      trainer: {
        ...config?.trainer,
        ...Object.fromEntries(objects.map(([name, { value }]) => [name, value])),
        ...trainer,
      },
      model: described(module),
      data: datamodule && described(datamodule),
    },
    TRAINER_OPTIONS,
  );
}

/** Keeps the configuration in the run directory, once there is one. */
async function saveConfigOf(trainer: CliTrainer, configuration: () => Promise<string>): Promise<() => void> {
  const [{ saveConfig }, text] = await Promise.all([import('./config/resolvedConfig.js'), configuration()]);
  const stop = trainer.onEvent((event) => {
    if (event.type !== 'run-started' || event.logDir === null) return;
    stop(); // a test after a fit has the same
    saveConfig(event.logDir, text);
  });
  return stop;
}

/** Starts the compiler's process at once: it gets ready while the engine loads. */
function fileLoader(file: string): (path: string) => Promise<LoadedFile> {
  const esbuild = loadEsbuild(file);
  esbuild.catch(() => undefined); // reported by the one who awaits it
  return (path) => loadUserFile(path, { esbuild });
}

/** Options come from the command line and from files, so what the Trainer says of them is about these. */
async function createTrainer(
  { Trainer, createConfigured }: RuntimeParts,
  request: RunRequest,
  config: RunConfig | undefined,
): Promise<CliTrainer> {
  // A program that listens draws its own progress.
  const quiet = request.channel || request.isDriven ? { enableProgressBar: false } : {};
  const plain = { ...quiet, ...config?.trainer, ...request.trainer };
  const { defaultRootDir } = plain as TrainerOptions; // each was checked against the option table
  const made = new Map([...(config?.objects ?? [])].filter(([name]) => !Object.hasOwn(request.trainer, name)));
  const objects = await createConfigured(made, defaultRootDir ?? process.cwd());
  try {
    return new Trainer({ ...plain, ...objects } as TrainerOptions);
  } catch (error) {
    if (!(error instanceof LightningError)) throw error;
    throw new UsageError({ code: error.code, found: error.message, cause: error });
  }
}

async function createModules(
  request: RunRequest,
  config: RunConfig | undefined,
  file: LoadedFile,
  runtime: RuntimeParts,
): Promise<{ readonly module: LightningModule; readonly args: RunArguments }> {
  const found = findClasses(file, {
    moduleBase: runtime.LightningModule,
    dataBase: runtime.LightningDataModule,
    className: request.className ?? config?.model.name,
    dataName: request.dataName ?? config?.data.name,
  });
  if (!found.data && request.data.size > 0) {
    throw new UsageError({
      code: 'no-data-module',
      found: `\`--data.${[...request.data.keys()][0]}\` was given, and ${request.file} exports no LightningDataModule.`,
      fix: 'Export it, or leave the option out.',
    });
  }
  if (!found.data && config?.data.args) {
    const { configError } = await import('./config/configTree.js');
    const text = `\`data\` has arguments, and ${request.file} exports no LightningDataModule. Export it, or leave them out.`;
    throw configError([{ place: config.data.args.place, text }]);
  }
  const { isolateRng } = runtime;
  const datamodule =
    found.data &&
    (await createInstance({
      type: found.data,
      group: 'data',
      given: request.data,
      config: config?.data.args,
      isolateRng,
    }));
  const module = await createInstance({
    type: found.module,
    group: 'model',
    given: request.model,
    config: config?.model.args,
    isolateRng,
  });
  return { module, args: { datamodule, ckptPath: request.ckptPath ?? config?.ckptPath } };
}

async function run(
  { command, quickstart, tuneFolder }: RunRequest,
  trainer: CliTrainer,
  module: LightningModule,
  args: RunArguments,
  { isStopping, print }: RunSurroundings,
): Promise<void> {
  if (tuneFolder !== undefined) {
    const { saveTuned } = await import('./saveTuned.js');
    print(`\n${saveTuned(await trainer.tune(module, { datamodule: args.datamodule }), tuneFolder)}`);
    return;
  }
  const summary = runSummary(command);
  const stopListening = trainer.onEvent((event) => summary.take(event));
  const say = (text: string) => text !== '' && print(`\n${text}`);
  if (command === 'fit') {
    await trainer.fit(module, args);
    stopListening(); // the summary is the training's, not that of a test after it
    if (quickstart && !isStopping()) {
      const ckptPath = trainer.checkpointCallback?.bestModelPath ? 'best' : undefined;
      say(metricsTable('Test metric', await trainer.test(module, { datamodule: args.datamodule, ckptPath })));
    }
  } else if (command === 'predict') {
    const predictions = await trainer.predict(module, args);
    print(
      `\npredictStep ran on every batch and returned ${predictions.length} results. To keep them, write them in onPredictBatchEnd.`,
    );
  } else {
    const title = command === 'test' ? 'Test metric' : 'Validation metric';
    say(metricsTable(title, await trainer[command](module, args)));
  }
  say(summary.text());
}
