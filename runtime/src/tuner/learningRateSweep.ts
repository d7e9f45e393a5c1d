import { LRScheduler, type Optimizer } from '../optim/index.js';

/** How the rate goes from its lowest to its highest value. */
export const SWEEP_MODES = ['exponential', 'linear'] as const;
export type SweepMode = (typeof SWEEP_MODES)[number];

interface SweepState {
  readonly endLr: number;
  readonly steps: number;
  readonly mode: SweepMode;
}

/**
 * Raises the learning rate at each step, from where the groups stand to `endLr`. Step k of N has `base + (k + 1) / N * (end - base)`, or
 * `base * (end / base) ** ((k + 1) / N)`, and the first one the base itself. Source: PyTorch Lightning, `_LinearLR` and `_ExponentialLR`.
 */
export class LearningRateSweep extends LRScheduler<SweepState> {
  constructor(optimizer: Optimizer, state: SweepState) {
    super(optimizer, state);
  }

  protected override getLr(): number[] {
    if (this.lastEpoch <= 0) return [...this.baseLrs];
    const { endLr, steps, mode } = this.state;
    const share = (this.lastEpoch + 1) / steps;
    return this.baseLrs.map((lr) => (mode === 'linear' ? lr + share * (endLr - lr) : lr * (endLr / lr) ** share));
  }
}
