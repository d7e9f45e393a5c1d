import { cpus, loadavg } from 'node:os';
import { checkpoint } from './benchmarks/checkpoint.js';
import { conv } from './benchmarks/conv.js';
import { lint } from './benchmarks/lint.js';
import { lstm } from './benchmarks/lstm.js';
import { overhead } from './benchmarks/overhead.js';
import { runFile } from './benchmarks/runFile.js';
import { server } from './benchmarks/server.js';
import { start } from './benchmarks/start.js';
import { step } from './benchmarks/step.js';
import { type Result, report } from './report.js';

const BENCHMARKS: Readonly<Record<string, () => Promise<Result>>> = {
  start,
  step,
  overhead,
  conv,
  lstm,
  checkpoint,
  'run-file': runFile,
  lint,
  server,
};

/**
 * Runs benchmarks and prints what they found.
 * @param names which; none means all
 * @returns the exit code: 0 done, 1 one of them broke, 2 there is none of that name. No figure is a failure.
 */
export async function main(names: readonly string[]): Promise<number> {
  const known = Object.keys(BENCHMARKS);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
    return 2;
  }
  let broken = 0;
  console.log(
    'Median, and in which range the middle half of the rounds lies. Ratio: our time over the peer’s; below 1 we are faster.',
  );
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      const result = await run();
      console.log(`\n${report(name, result)}`);
    } catch (error) {
      broken++;
      console.error(`\nbench ${name}: broke\n${error instanceof Error ? error.stack : error}`);
    }
  }
  const [load = 0] = loadavg();
  console.log(`\n${cpus().length} cores, load ${load.toFixed(1)} at the end, Node ${process.version}.`);
  return broken > 0 ? 1 : 0;
}
