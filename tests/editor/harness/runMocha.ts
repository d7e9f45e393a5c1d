import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { GREP_VARIABLE, RECORDS_VARIABLE, type TestRecord } from './records.js';

/**
 * Runs every `*.mocha.cjs` of a folder with Mocha and records each result.
 * @throws when a test failed, or when there was none to run
 */
export async function runMocha(folder: string, timeoutMs: number): Promise<void> {
  const file = process.env[RECORDS_VARIABLE];
  if (!file) throw new Error(`${RECORDS_VARIABLE} is not set: start the tests with tests/editor/run.mjs`);
  const record = (line: TestRecord) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  record({ event: 'start' });

  const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMs, grep: process.env[GREP_VARIABLE] || undefined });
  mocha.reporter(recordingReporter(record));
  const names = readdirSync(folder).filter((name) => name.endsWith('.mocha.cjs'));
  for (const name of names.sort()) mocha.addFile(join(folder, name));

  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  record({ event: 'end' });
  if (failures > 0) throw new Error(`${failures} test(s) failed`);
}

/** Mocha calls a reporter's constructor with the runner; the only state is the records file. */
function recordingReporter(record: (line: TestRecord) => void): Mocha.ReporterConstructor {
  return class extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
      super(runner, options);
      runner.on('pass', (test) => record(testRecord(test, 'passed')));
      runner.on('pending', (test) => record(testRecord(test, 'skipped')));
      // A hook that fails arrives here too, under its own title.
      runner.on('fail', (test, error) => record({ ...testRecord(test, 'failed'), error: errorText(error) }));
    }
  };
}

function testRecord(test: Mocha.Test, state: 'passed' | 'failed' | 'skipped') {
  return { event: 'test', title: test.titlePath().join(' › '), state, durationMs: test.duration ?? 0 } as const;
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
