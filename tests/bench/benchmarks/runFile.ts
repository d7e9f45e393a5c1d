import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { race, summarize } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

const TARGET_BYTES = 40_000_000;
const TARGET_MS = 2000;

/** What a long run leaves in `run.ndjson`, and how soon a reader has it. */
export async function runFile(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lightning-bench-'));
  try {
    const timings = await withContestants(
      [
        // First, so that the others find a file; each round writes it anew.
        () => startContestant('write', 'runFileWriter', ['write', folder]),
        () => startContestant('readRun', 'runFileWriter', ['read', folder]),
        () => startContestant('JSON.parse of each line', 'runFileWriter', ['plain', folder]),
      ],
      async (contestants) => {
        await contestants[0]?.round();
        return race(contestants, { rounds: 5, warmups: 1 });
      },
    );
    const { size } = statSync(join(folder, 'run.ndjson'));
    const read = summarize(timings.find(({ name }) => name === 'readRun')?.rounds ?? []).median;
    const met = (isMet: boolean) => (isMet ? 'met' : 'MISSED');
    return {
      title: 'run.ndjson of 1,000,000 steps, each with one float32 metric in the file; written and read back',
      timings,
      comparisons: [{ ours: 'readRun', peer: 'JSON.parse of each line' }],
      notes: [
        `${(size / 1e6).toFixed(1)} MB; target: below ${TARGET_BYTES / 1e6} MB; ${met(size < TARGET_BYTES)}`,
        `read in ${read.toFixed(0)} ms; target: below ${TARGET_MS} ms; ${met(read < TARGET_MS)}`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
