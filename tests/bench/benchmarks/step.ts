import { race } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

/** Long rounds: the first steps of a run find cold caches, whoever takes them. */
const STEPS = 200;
/** It takes some ten times as long. */
const STOCK_STEPS = 30;

/** What a training step costs under the Trainer. */
export async function step(): Promise<Result> {
  const steps = String(STEPS);
  const timings = await withContestants(
    [
      () => startContestant('Trainer', 'trainer', ['mlp', 'wasm', steps, 'bare']),
      () => startContestant('Trainer with loggers', 'trainer', ['mlp', 'wasm', steps, 'defaults']),
      () => startContestant('by hand', 'byHand', ['mlp', steps]),
      () => startContestant('stock tfjs', 'stockTfjs', ['mlp', 'wasm', String(STOCK_STEPS)]),
    ],
    (contestants) => race(contestants, { rounds: 15, warmups: 3 }),
  );
  return {
    title: `one training step of an MLP 784-256-10, batch 64, Adam; rounds of ${STEPS} steps, ${STOCK_STEPS} on stock tfjs`,
    timings,
    comparisons: [
      { ours: 'Trainer', peer: 'by hand' },
      { ours: 'Trainer with loggers', peer: 'by hand' },
      { ours: 'Trainer', peer: 'stock tfjs' },
    ],
  };
}
