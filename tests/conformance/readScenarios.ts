import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenarios, type Scenario } from './scenario.js';

/** All scenarios of a folder, file by file. @throws Error for a folder that cannot be read and a file that holds something else */
export function readScenarios(directory: string): Scenario[] {
  if (!statSync(directory).isDirectory()) throw new Error(`${directory} is no folder.`);
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return names.sort().flatMap((name) => parseScenarios(readFileSync(join(directory, name), 'utf8'), name));
}
