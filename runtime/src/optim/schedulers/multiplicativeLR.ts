import type { Optimizer } from '../optimizer.js';
import { type LambdaLROptions, type LRLambda, resolveLambdas } from './lambdaLR.js';
import { LRScheduler } from './lrScheduler.js';

/** Each epoch the rate times a function of the epoch. Source: torch.optim.lr_scheduler.MultiplicativeLR. */
export class MultiplicativeLR extends LRScheduler<{ readonly lrLambdas: readonly LRLambda[] }> {
  constructor(optimizer: Optimizer, options: LambdaLROptions) {
    super(optimizer, resolveLambdas('MultiplicativeLR', optimizer, options));
  }

  protected override getLr(): number[] {
    if (this.isInitial) return this.lrs;
    return this.lrs.map((lr, index) => lr * (this.state.lrLambdas[index]?.(this.lastEpoch) ?? 1));
  }
}
