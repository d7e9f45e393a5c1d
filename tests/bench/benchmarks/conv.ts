import { race } from '../measure.js';
import { startContestant, withContestants } from '../process.js';
import type { Result } from '../report.js';

/** What our kernels do for a step with convolutions, which tfjs's own wasm backend cannot train at all. */
export async function conv(): Promise<Result> {
  const timings = await withContestants(
    [
      () => startContestant('Trainer', 'trainer', ['conv', 'wasm', '20', 'bare']),
      () => startContestant('stock cpu backend', 'stockTfjs', ['conv', 'cpu', '1']),
    ],
    (contestants) => race(contestants, { rounds: 3, warmups: 1 }),
  );
  return {
    title: 'one training step with 3×3 convolutions: 28×28 to 16 channels, 14×14 to 32; batch 32, Adam',
    timings,
    comparisons: [{ ours: 'Trainer', peer: 'stock cpu backend' }],
  };
}
