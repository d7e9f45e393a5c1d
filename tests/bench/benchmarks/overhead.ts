import { race, summarize } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

const STEPS = 2000;

/** What the Trainer, its logging and its callbacks add to a step that costs next to nothing itself. */
export async function overhead(): Promise<Result> {
  const steps = String(STEPS);
  const timings = await withContestants(
    [
      () => startContestant('Trainer with loggers', 'trainer', ['oneLayer', 'wasm', steps, 'defaults']),
      () => startContestant('by hand', 'byHand', ['oneLayer', steps]),
    ],
    (contestants) => race(contestants, { rounds: 15, warmups: 3 }),
  );
  const [ours, peer] = timings.map(({ rounds }) => rounds) as [readonly number[], readonly number[]];
  const added = summarize(ours.map((milliseconds, round) => 1000 * (milliseconds - (peer[round] ?? Number.NaN))));
  return {
    title: `one training step of a single layer, 16 to 10, batch 8, Adam, with logging; rounds of ${STEPS} steps`,
    timings,
    comparisons: [{ ours: 'Trainer with loggers', peer: 'by hand' }],
    notes: [`added: ${added.median.toFixed(0)} µs a step (${added.low.toFixed(0)} … ${added.high.toFixed(0)})`],
  };
}
