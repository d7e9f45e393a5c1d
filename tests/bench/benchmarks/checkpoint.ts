import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { race } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

/** What a durable, atomic checkpoint costs over bare bytes on the disk. */
export async function checkpoint(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lightning-bench-'));
  try {
    const timings = await withContestants(
      [
        () => startContestant('writeCheckpoint', 'checkpointWriter', ['file', folder]),
        () => startContestant('trainer.saveCheckpoint', 'checkpointWriter', ['trainer', folder]),
        () => startContestant('write and fsync', 'checkpointWriter', ['plain', folder]),
      ],
      (contestants) => race(contestants, { rounds: 9, warmups: 1 }),
    );
    return {
      title: 'a checkpoint of 100 MB of weights',
      timings,
      comparisons: [
        { ours: 'writeCheckpoint', peer: 'write and fsync' },
        { ours: 'trainer.saveCheckpoint', peer: 'write and fsync' },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
