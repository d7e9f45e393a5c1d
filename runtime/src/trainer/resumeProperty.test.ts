/** Runs of every shape that are stopped at random batches, and go on with everything new, end as those that were not. */
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Callback, ModelCheckpoint, OnExceptionCheckpoint } from '../callbacks/index.js';
import { readCheckpoint } from '../checkpoint/index.js';
import { CSVLogger } from '../loggers/index.js';
import { seedEverything, unseed } from '../random/index.js';
import { quietTrainer, startTestEngine, weightsOf } from '../testing/tiny.js';
import {
  callbacksOf,
  csvRows,
  drawScenario,
  loadersOf,
  optionsOf,
  type Scenario,
  ScenarioModule,
} from './testing/resumeScenario.js';
import type { Trainer } from './trainer.js';

/** How many shapes are tried; more by hand, with another first number, when the loops have changed. */
const FIRST = Number(process.env.LIGHTNING_RESUME_FIRST ?? 0);
const COUNT = Number(process.env.LIGHTNING_RESUME_COUNT ?? 32);

beforeAll(async () => {
  await startTestEngine();
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterAll(unseed);

/** Asks for a stop after so many batches, as a person would. */
class StopAfter extends Callback {
  constructor(private left: number) {
    super();
  }

  override onTrainBatchEnd(trainer: Trainer): void {
    if (--this.left === 0) void trainer.command({ command: 'stop' });
  }
}

/** Fails in the batch after so many, before or after that batch has logged its loss. */
class FailAfter extends Callback {
  constructor(
    private left: number,
    private readonly hook: 'onTrainBatchStart' | 'onBeforeBackward',
  ) {
    super();
  }

  override onTrainBatchStart(): void {
    this.left--;
    if (this.hook === 'onTrainBatchStart') this.#failIfDue();
  }

  override onBeforeBackward(): void {
    if (this.hook === 'onBeforeBackward') this.#failIfDue();
  }

  #failIfDue(): void {
    if (this.left === -1) throw new Error('planned');
  }
}

const isEnding = (callback: Callback) => callback instanceof StopAfter || callback instanceof FailAfter;

/** How a run comes to its end before its time. */
type Ending = 'stopped' | 'failed';

function endingAfter(batches: number, ending: Ending, folder: string): Callback[] {
  if (ending === 'stopped') return [new StopAfter(batches)];
  const hook = batches % 2 === 0 ? 'onTrainBatchStart' : 'onBeforeBackward';
  return [new FailAfter(batches, hook), new OnExceptionCheckpoint({ dirpath: folder })];
}

async function outcome(scenario: Scenario, stops: readonly number[], ending: Ending = 'stopped'): Promise<unknown> {
  const root = mkdtempSync(join(tmpdir(), 'lightning-property-'));
  const dirpath = join(root, 'checkpoints');
  let ckptPath: string | undefined;
  for (const stop of [...stops, undefined]) {
    seedEverything(ckptPath === undefined ? 5 : 99); // what is restored must not depend on how the process began
    const module = new ScenarioModule(scenario);
    const trainer = quietTrainer({
      ...optionsOf(scenario),
      logger: new CSVLogger(root),
      enableRunEvents: false,
      callbacks: [...callbacksOf(scenario, dirpath), ...(stop === undefined ? [] : endingAfter(stop, ending, root))],
    });
    const running = trainer.fit(module, { ...loadersOf(scenario), ...(ckptPath !== undefined && { ckptPath }) });
    if (ending === 'stopped') await running;
    else await running.catch((error: Error) => expect(error.message).toBe('planned'));
    const wasStopped = trainer.interrupted;
    ckptPath = ending === 'stopped' ? trainer.checkpointCallback?.lastModelPath : join(root, 'on_exception.ckpt');
    const found = wasStopped ? undefined : await leftBy(trainer, module, scenario);
    trainer.dispose();
    module.dispose();
    // A stop that comes after the last batch stops nothing.
    if (!wasStopped)
      return { ...found, rows: csvRows(root), files: filesIn(dirpath), last: await lastIn(dirpath, scenario) };
  }
  return undefined;
}

async function leftBy(trainer: Trainer, module: ScenarioModule, scenario: Scenario): Promise<object> {
  const callbacks = await Promise.all(
    trainer.callbacks
      .filter((callback) => !(callback instanceof OnExceptionCheckpoint || isEnding(callback)))
      .map(async (callback) => [callback.constructor.name, await callback.stateDict()] as const),
  );
  return {
    weights: weightsOf(module),
    optimizers: await Promise.all(trainer.optimizers.map((optimizer) => optimizer.stateDict())),
    schedulers: trainer.lrSchedulerConfigs.map(({ scheduler }) => scheduler.stateDict()),
    metrics: trainer.callbackMetrics,
    steps: [trainer.globalStep, trainer.currentEpoch, trainer.fitLoop.epochLoop.batchesThatStepped],
    callbacks: callbacks.map(([name, state]) => [name, comparable(state, scenario)]),
  };
}

/** Paths without their folder; a stop writes a `last.ckpt` that nobody had asked for. */
function comparable(state: Record<string, unknown>, { saveLast }: Scenario): unknown {
  const text = JSON.stringify(state).replaceAll(/"[^"]*[\\/]checkpoints/g, '"checkpoints');
  const { last_model_path: last, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return saveLast === false ? rest : { ...rest, last };
}

/** The step of `last.ckpt`, where it was asked for. */
async function lastIn(
  folder: string,
  { saveLast, everyNTrainSteps, checkValEveryNEpoch }: Scenario,
): Promise<number | undefined> {
  // Where the run saves seldom, the one of a stop may stay the newest.
  const savesOften = everyNTrainSteps > 0 || checkValEveryNEpoch === 1;
  if (saveLast === false || !savesOften || !existsSync(join(folder, 'last.ckpt'))) return undefined;
  return (await readCheckpoint(join(folder, 'last.ckpt'))).global_step;
}

const filesIn = (folder: string) =>
  (existsSync(folder) ? readdirSync(folder) : []).filter((name) => !name.startsWith('last')).sort();

describe('a run that is stopped at random batches, or fails in them, and goes on', () => {
  it.each(Array.from({ length: COUNT }, (_, index) => FIRST + index))('scenario %i', async (seed) => {
    const scenario = drawScenario(seed);
    const whole = await outcome(scenario, []);
    const resumed = await outcome(scenario, scenario.stops);
    expect(resumed, JSON.stringify(scenario)).toEqual(whole);
    const mended = await outcome(scenario, scenario.stops, 'failed');
    expect(mended, JSON.stringify(scenario)).toEqual(whole);
  });
});

describe('a run that goes on from any of its files', () => {
  it.each(Array.from({ length: Math.ceil(COUNT / 4) }, (_, index) => FIRST + index))('scenario %i', async (seed) => {
    const scenario = { ...drawScenario(seed), valCheckInterval: 1, checkValEveryNEpoch: 1 }; // also in the midst of a window
    const dirpath = mkdtempSync(join(tmpdir(), 'lightning-files-'));
    const everything = [
      new ModelCheckpoint({ dirpath, saveTopK: -1, everyNTrainSteps: 1, filename: 'batch-{step}' }),
      new ModelCheckpoint({ dirpath, saveTopK: -1, saveOnTrainEpochEnd: false, filename: 'validation-{step}' }),
      new ModelCheckpoint({ dirpath, saveTopK: -1, saveOnTrainEpochEnd: true, mode: 'max', filename: 'epoch-{step}' }),
    ];
    const whole = await finalWeights(scenario, everything);
    const files = filesIn(dirpath);
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) {
      const resumed = await finalWeights(scenario, [], join(dirpath, file));
      expect([file, resumed], JSON.stringify(scenario)).toEqual([file, whole]);
    }
  });
});

async function finalWeights(scenario: Scenario, callbacks: Callback[], ckptPath?: string): Promise<unknown> {
  seedEverything(ckptPath === undefined ? 5 : 99);
  const module = new ScenarioModule(scenario);
  const extra = callbacksOf(scenario, join(tmpdir(), 'unused')).filter(
    (callback) => !(callback instanceof ModelCheckpoint),
  );
  const trainer = quietTrainer({
    ...optionsOf(scenario),
    logger: false,
    enableCheckpointing: callbacks.length > 0,
    enableRunEvents: false,
    callbacks: [...extra, ...callbacks],
  });
  await trainer.fit(module, { ...loadersOf(scenario), ...(ckptPath !== undefined && { ckptPath }) });
  const left = {
    weights: weightsOf(module),
    optimizers: await Promise.all(trainer.optimizers.map((optimizer) => optimizer.stateDict())),
  };
  trainer.dispose();
  module.dispose();
  return left;
}
