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
        () => startContestant('AsyncCheckpointIO, longest stall', 'checkpointWriter', ['async', folder]),
        () => startContestant('an idle event loop, longest gap', 'checkpointWriter', ['idle', folder]),
        () => startContestant('write and fsync', 'checkpointWriter', ['plain', folder]),
      ],
      (contestants) => race(contestants, { rounds: 9, warmups: 1 }),
    );
    return {
      title: 'a checkpoint of 100 MB of weights',
      notes: [
        'The stall is the longest time in which training could not go on, until the file is on the disk; the gap is the same without a save.',
      ],
      timings,
      comparisons: [
        { ours: 'writeCheckpoint', peer: 'write and fsync' },
        { ours: 'trainer.saveCheckpoint', peer: 'write and fsync' },
        { ours: 'AsyncCheckpointIO, longest stall', peer: 'write and fsync' },
        { ours: 'AsyncCheckpointIO, longest stall', peer: 'an idle event loop, longest gap' },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
