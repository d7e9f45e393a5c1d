import { race } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

const STEPS = 50;

/** What a training step costs under the Trainer. */
export async function step(): Promise<Result> {
  const steps = String(STEPS);
  const timings = await withContestants(
    [
      () => startContestant('Trainer', 'trainer', ['mlp', 'wasm', steps, 'bare']),
      () => startContestant('Trainer with loggers', 'trainer', ['mlp', 'wasm', steps, 'defaults']),
      () => startContestant('by hand', 'byHand', ['mlp', steps]),
      () => startContestant('stock tfjs', 'stockTfjs', ['mlp', 'wasm', steps]),
    ],
    (contestants) => race(contestants, { rounds: 15, warmups: 3 }),
  );
  return {
    title: `one training step of an MLP 784-256-10, batch 64, Adam; rounds of ${STEPS} steps`,
    timings,
    comparisons: [
      { ours: 'Trainer', peer: 'by hand' },
      { ours: 'Trainer with loggers', peer: 'by hand' },
      { ours: 'Trainer', peer: 'stock tfjs' },
    ],
  };
}
