import { existsSync, readFileSync } from 'node:fs';

/** One line of the file in which a Mocha run tells what happened; written as it happens, so a crash leaves the rest. */
export type TestRecord =
  | { readonly event: 'start' }
  | {
      readonly event: 'test';
      readonly title: string;
      readonly state: 'passed' | 'failed' | 'skipped';
      readonly durationMs: number;
      /** The failure's message and stack. */
      readonly error?: string;
    }
  | { readonly event: 'end' };

/** The variable that tells a Mocha run, in whatever process it lives, where to write its records. */
export const RECORDS_VARIABLE = 'LIGHTNING_EDITOR_RECORDS';
/** The variable that carries Mocha's `--grep` pattern there. */
export const GREP_VARIABLE = 'LIGHTNING_EDITOR_GREP';

/** Sums over tests. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What a records file says so far; an unfinished last line is left out. */
export function readRecords(file: string): TestRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // The cast holds: only `runMocha` writes this file.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as TestRecord);
}

/** Adds up the tests of some records. */
export function countTests(records: readonly TestRecord[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const record of records) if (record.event === 'test') counts[record.state] += 1;
  return counts;
}

/** The lines a person reads for some records. */
export function describeRecords(records: readonly TestRecord[]): string[] {
  return records.flatMap((record) => {
    if (record.event !== 'test') return [];
    const line = `  ${record.state.padEnd(7)} ${record.title} (${Math.round(record.durationMs)} ms)`;
    return record.error ? [line, ...record.error.split('\n').map((part) => `          ${part}`)] : [line];
  });
}
