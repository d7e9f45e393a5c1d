import type { Mismatch } from '../compare.js';
import { saysNotBuilt } from '../notBuilt.js';
import type { ScenarioSettings } from '../runScenario.js';
import type { NumericsScenario } from '../scenario.js';
import { runNetwork } from './networks.js';
import { runOp } from './ops.js';
import { runOptimizer } from './optimizers.js';
import { runScheduler } from './schedulers.js';

type Runner = (scenario: never, settings: ScenarioSettings) => Promise<(Mismatch | undefined)[]>;

const RUNNERS: Readonly<Record<string, Runner>> = {
  optimizer: runOptimizer,
  scheduler: runScheduler,
  network: runNetwork,
  op: runOp,
};

/** Runs a scenario of numbers. Returns what differs from its expectations. */
export async function runNumerics(scenario: NumericsScenario, settings: ScenarioSettings): Promise<Mismatch[]> {
  const runner = RUNNERS[scenario.kind];
  if (!runner) throw new Error(`There is no kind '${scenario.kind}' in the format.`);
  try {
    const found = await runner(scenario as never, settings); // the kind tells what else the scenario holds
    return found.filter((mismatch) => mismatch !== undefined);
  } catch (error) {
    const reason =
      error instanceof Error ? (saysNotBuilt(error) ? error.message : (error.stack ?? error.message)) : error;
    return [{ field: 'run', expected: 'no error', found: reason }];
  }
}
