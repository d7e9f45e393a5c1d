import { race, ratio, summarize, type Timings } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

const STEPS = 2000;
/** What loggers, progress bar and checkpoints may add to a step, in microseconds: README.md. */
const ALLOWED = 60;

/**
 * What the Trainer adds to a step that costs next to nothing itself: alone, with what is on by default (CSV and TensorBoard, progress bar,
 * ModelCheckpoint), and with a row in both logs for each step.
 */
export async function overhead(): Promise<Result> {
  const steps = String(STEPS);
  const timings = await withContestants(
    [
      () => startContestant('Trainer with loggers', 'trainer', ['oneLayer', 'wasm', steps, 'defaults']),
      () => startContestant('Trainer, a row each step', 'trainer', ['oneLayer', 'wasm', steps, 'everyStep']),
      () => startContestant('Trainer', 'trainer', ['oneLayer', 'wasm', steps, 'bare']),
      () => startContestant('by hand', 'byHand', ['oneLayer', steps]),
    ],
    (contestants) => race(contestants, { rounds: 15, warmups: 3 }),
  );
  const peer = timings.at(-1) as Timings; // one of the four
  const trainers = timings.slice(0, -1);
  return {
    title: `one training step of a single layer, 16 to 10, batch 8, Adam; rounds of ${STEPS} steps`,
    timings,
    comparisons: trainers.map(({ name }) => ({ ours: name, peer: peer.name })),
    notes: trainers.map((ours) => {
      const added = addedTo(peer, ours);
      const limit = ours.name === 'Trainer with loggers' ? `; at most ${ALLOWED} are allowed` : '';
      return `${ours.name}: ${ratio(ours, peer).median.toFixed(2)} times the step, ${format(added)} µs more${limit}`;
    }),
  };
}

/** Microseconds that a step takes longer than the peer's, round by round. */
function addedTo(peer: Timings, { rounds }: Timings): ReturnType<typeof summarize> {
  return summarize(rounds.map((milliseconds, round) => 1000 * (milliseconds - (peer.rounds[round] ?? Number.NaN))));
}

function format({ median, low, high }: ReturnType<typeof summarize>): string {
  return `${median.toFixed(0)} (${low.toFixed(0)} … ${high.toFixed(0)})`;
}
