import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute } from './execute.js';
import { judge } from './judge.js';
import { PASSING } from './passing.js';
import { readScenarios } from './readScenarios.js';
import { describe as describeOutcome } from './report.js';
import type { Scenario } from './scenario.js';

/** The scenarios lie beside the repository, and are no part of it. */
const DIRECTORY = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/conformance');

function isThere(): boolean {
  try {
    return readdirSync(DIRECTORY).some((name) => name.endsWith('.json'));
  } catch {
    return false;
  }
}

const available = isThere();
if (!available) console.log('skipped: the conformance scenarios are not beside the repository (../shared/conformance)');

describe.skipIf(!available)('conformance with PyTorch Lightning and torch', () => {
  const scenarios = new Map<string, Scenario>();

  const printers = process.listeners('warning');

  beforeAll(() => {
    process.removeAllListeners('warning'); // each run collects its own; the terminal is for results
    for (const scenario of readScenarios(DIRECTORY)) scenarios.set(scenario.id, scenario);
  });

  afterAll(() => {
    for (const printer of printers) process.on('warning', printer);
  });

  it.each(Object.entries(PASSING))('%s', async (area, names) => {
    const lines: string[] = [];
    for (const name of names) {
      const scenario = scenarios.get(`${area}/${name}`);
      if (!scenario) lines.push(`${area}/${name} is listed in passing.ts, and there is no such scenario`);
      else {
        const outcome = judge(scenario, await execute(scenario, {}));
        if (outcome.result === 'failed') lines.push(...describeOutcome(outcome));
      }
    }
    expect(lines).toEqual([]);
  });
});
