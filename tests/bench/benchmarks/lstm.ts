import { race } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

/** What a recurrent layer costs: many small operations, one after another. */
export async function lstm(): Promise<Result> {
  const timings = await withContestants(
    [
      () => startContestant('Trainer', 'trainer', ['lstm', 'wasm', '20', 'bare']),
      () => startContestant('stock tfjs', 'stockTfjs', ['lstm', 'wasm', '5']),
    ],
    (contestants) => race(contestants, { rounds: 9, warmups: 3 }),
  );
  return {
    title: 'one training step of an LSTM: batch 32, 20 steps of 32 numbers, 64 units, Adam',
    timings,
    comparisons: [{ ours: 'Trainer', peer: 'stock tfjs' }],
  };
}
