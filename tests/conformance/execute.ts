import type { Mismatch } from './compare.js';
import { runNumerics } from './numerics/runNumerics.js';
import { runScenario, type ScenarioSettings } from './runScenario.js';
import { isNumerics, type Scenario } from './scenario.js';

/** Runs a scenario of any kind. Returns what differs from its expectations; never rejects. */
export async function execute(scenario: Scenario, settings: ScenarioSettings): Promise<readonly Mismatch[]> {
  try {
    return isNumerics(scenario) ? await runNumerics(scenario, settings) : await runScenario(scenario, settings);
  } catch (error) {
    return [
      {
        field: 'run',
        expected: 'an end',
        found: error instanceof Error ? (error.stack ?? error.message) : String(error),
      },
    ];
  }
}
