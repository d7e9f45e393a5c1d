import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ScenarioPool } from './pool.js';
import { readScenarios } from './readScenarios.js';
import { describe, type Outcome, summarize } from './report.js';
import { areaOf, type Scenario } from './scenario.js';

const USAGE = 'usage: npm run conformance -- DIR [--area NAME] [--id PATTERN] [--engine NAME] [--json FILE]';

/** Runs the command line. Returns the exit code: 0 only when every scenario passes or deviates on purpose; 2 for bad arguments. */
export async function main(args: readonly string[]): Promise<number> {
  const request = parse(args);
  if (typeof request === 'string') {
    console.error(`${request}\n${USAGE}`);
    return 2;
  }
  const { scenarios, engine, json } = request;
  const pool = new ScenarioPool(engine);
  const outcomes: Outcome[] = [];
  try {
    for (const scenario of scenarios) {
      const outcome = await pool.run(scenario);
      outcomes.push(outcome);
      for (const line of describe(outcome)) console.log(line);
    }
  } finally {
    await pool.close();
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(outcomes, null, 1)}\n`);
  console.log(summarize(outcomes));
  return outcomes.every(({ result }) => result !== 'failed') ? 0 : 1;
}

interface Request {
  readonly scenarios: readonly Scenario[];
  readonly engine: string | undefined;
  readonly json: string | undefined;
}

/** What the arguments ask for, or what is wrong with them. */
function parse(args: readonly string[]): Request | string {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { area: text, id: text, engine: text, json: text },
    });
    const [directory] = positionals;
    if (directory === undefined || positionals.length > 1) return 'Give one folder of scenarios.';
    const all = readScenarios(directory);
    const pattern = values.id === undefined ? undefined : toPattern(values.id);
    const scenarios = all.filter(
      (scenario) =>
        (values.area === undefined || areaOf(scenario) === values.area) && (pattern?.test(scenario.id) ?? true),
    );
    if (scenarios.length > 0) return { scenarios, engine: values.engine, json: values.json };
    const areas = [...new Set(all.map(areaOf))].join(', ');
    return `No scenario in ${directory} matches. It has the areas: ${areas || 'none'}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A pattern of ids: `*` stands for anything; a text without it may be any part of the id. */
function toPattern(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(text.includes('*') ? `^${escaped}$` : escaped);
}
