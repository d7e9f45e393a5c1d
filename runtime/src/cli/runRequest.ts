import { resolve } from 'node:path';
import type { LightningModule } from '../core/index.js';
import { LightningError } from '../errors/index.js';
import type { TrainerOptions } from '../trainer/index.js';
import type { RunRequest } from './args.js';
import { createInstance } from './createInstance.js';
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
  const loadFile = around.loadFile ?? fileLoader(request.file);
  const runtime = await (around.load ?? loadRuntime)();
  // A program that listens draws its own progress.
  const quiet = request.channel ? { enableProgressBar: false } : {};
  const trainer = createTrainer(runtime, { ...quiet, ...request.trainer });
  trainer.sourceFile = resolve(request.file);
  // Before the file: layers draw their first weights when they are created.
  await runtime.startEngine(trainer.options.accelerator, { engine: trainer.options.engine });
  if (request.seed !== undefined) runtime.seedEverything(request.seed);
  const { module, args } = await createModules(request, await loadFile(request.file), runtime);
  around.watch(trainer);
  await run(request, trainer, module, args, around);
}

/** Starts the compiler's process at once: it gets ready while the engine loads. */
function fileLoader(file: string): (path: string) => Promise<LoadedFile> {
  const esbuild = loadEsbuild(file);
  esbuild.catch(() => undefined); // reported by the one who awaits it
  return (path) => loadUserFile(path, { esbuild });
}

/** Options come from the command line, so what the Trainer says of them is about that. */
function createTrainer({ Trainer }: RuntimeParts, options: Readonly<Record<string, unknown>>): CliTrainer {
  try {
    return new Trainer(options as TrainerOptions); // each was checked against the option table
  } catch (error) {
    if (!(error instanceof LightningError)) throw error;
    throw new UsageError({ code: error.code, found: error.message, cause: error });
  }
}

async function createModules(
  request: RunRequest,
  file: LoadedFile,
  runtime: RuntimeParts,
): Promise<{ readonly module: LightningModule; readonly args: RunArguments }> {
  const found = findClasses(file, {
    moduleBase: runtime.LightningModule,
    dataBase: runtime.LightningDataModule,
    className: request.className,
    dataName: request.dataName,
  });
  if (!found.data && request.data.size > 0) {
    throw new UsageError({
      code: 'no-data-module',
      found: `\`--data.${[...request.data.keys()][0]}\` was given, and ${request.file} exports no LightningDataModule.`,
      fix: 'Export it, or leave the option out.',
    });
  }
  const { isolateRng } = runtime;
  const datamodule =
    found.data && (await createInstance({ type: found.data, group: 'data', given: request.data, isolateRng }));
  const module = await createInstance({ type: found.module, group: 'model', given: request.model, isolateRng });
  return { module, args: { datamodule, ckptPath: request.ckptPath } };
}

async function run(
  { command, quickstart }: RunRequest,
  trainer: CliTrainer,
  module: LightningModule,
  args: RunArguments,
  { isStopping, print }: RunSurroundings,
): Promise<void> {
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
