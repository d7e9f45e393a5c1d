import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LightningDataModule, MisconfigurationError } from 'lightning-tfjs';
import { CALLS, makeTrainer } from './calls.js';
import { compare, type Mismatch } from './compare.js';
import { makeDataModule } from './module/scenarioDataModule.js';
import { makeModule } from './module/scenarioModule.js';
import { saysNotBuilt } from './notBuilt.js';
import { observe } from './observations.js';
import { RunLog, Stage } from './runLog.js';
import type { RunScenario, RunSpec } from './scenario.js';
import { WarningCollector } from './warnings.js';
import { mentions } from './words.js';

/** How a scenario's runs are executed. */
export interface ScenarioSettings {
  /** The Trainer's option `engine`; default: its own. */
  readonly engine?: string | undefined;
}

/** Executes the runs of a scenario in order, in one fresh folder. Returns what differs from the expectations. */
export async function runScenario(scenario: RunScenario, { engine }: ScenarioSettings): Promise<Mismatch[]> {
  const root = await mkdtemp(join(tmpdir(), 'conformance-'));
  const mismatches: Mismatch[] = [];
  try {
    const state = new ScenarioState(scenario, root, engine);
    for (const [index, run] of scenario.runs.entries()) {
      const found = await state.execute(run, index === 0);
      const prefix = scenario.runs.length > 1 ? `runs[${index}].` : '';
      mismatches.push(...found.map((mismatch) => ({ ...mismatch, field: prefix + mismatch.field })));
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return mismatches;
}

/** What goes on from one run of a scenario to the next. */
class ScenarioState {
  readonly #stage = new Stage();
  #datamodule: LightningDataModule | undefined;

  constructor(
    readonly scenario: RunScenario,
    readonly root: string,
    readonly engine: string | undefined,
  ) {}

  async execute(run: RunSpec, isFirst: boolean): Promise<Mismatch[]> {
    const stage = this.#stage;
    const warnings = new WarningCollector();
    stage.log = new RunLog();
    let returned: unknown;
    let error: unknown;
    try {
      if (run.fresh_module ?? isFirst) this.#makeModule(run);
      if (run.trainer) stage.trainer = makeTrainer(run, stage, this.root, this.engine);
      const call = CALLS[run.call];
      if (!call) throw new Error(`There is no call '${run.call}' in the format.`);
      returned = await call(run, stage, this.#datamodule, this.root);
    } catch (thrown) {
      error = thrown ?? new Error('undefined was thrown');
    }
    const messages = await warnings.end();
    return [
      ...judgeError(run, error),
      ...judgeWarnings(run, messages),
      ...(error !== undefined && !run.expect.error ? [] : await this.#compareAll(run, returned)),
    ];
  }

  #makeModule(run: RunSpec): void {
    const stage = this.#stage;
    stage.beginModule({ ...this.scenario.module, ...run.module });
    stage.module = makeModule(stage, this.scenario.datamodule);
    this.#datamodule = this.scenario.datamodule && makeDataModule(this.scenario.datamodule, stage);
  }

  async #compareAll(run: RunSpec, returned: unknown): Promise<Mismatch[]> {
    const mismatches: Mismatch[] = [];
    for (const [field, expected] of Object.entries(run.expect)) {
      if (field === 'error' || field === 'warnings') continue;
      try {
        const found = await observe(field, { stage: this.#stage, root: this.root, run, returned }, expected);
        const mismatch = compare(field, expected, found);
        if (mismatch) mismatches.push(mismatch);
      } catch (error) {
        mismatches.push({ field, expected, found: reasonOf(error) });
      }
    }
    return mismatches;
  }
}

function judgeError({ expect: { error: expected } }: RunSpec, error: unknown): Mismatch[] {
  if (!expected) return error === undefined ? [] : [{ field: 'error', expected: 'no error', found: reasonOf(error) }];
  const mismatch = { field: 'error', expected, found: error === undefined ? 'no error' : reasonOf(error) };
  if (error === undefined || saysNotBuilt(error)) return [mismatch];
  const isRightClass = expected.type !== 'MisconfigurationException' || error instanceof MisconfigurationError;
  const message = error instanceof Error ? error.message : String(error);
  return isRightClass && expected.contains.every((word) => mentions(message, word)) ? [] : [mismatch];
}

function judgeWarnings({ expect }: RunSpec, messages: readonly string[]): Mismatch[] {
  return (expect.warnings ?? [])
    .filter(({ contains }) => !messages.some((message) => contains.every((word) => mentions(message, word))))
    .map((expected) => ({ field: 'warnings', expected, found: messages }));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
