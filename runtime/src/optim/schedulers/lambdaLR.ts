import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions } from './lrScheduler.js';
import { FUNCTIONS, LAST_EPOCH, type OptionRules, perGroup, required, resolveOptions } from './schedulerOptions.js';

/** Factor of a learning rate by the number of the epoch. */
export type LRLambda = (epoch: number) => number;

/** Options of {@link LambdaLR}. */
export interface LambdaLROptions extends LRSchedulerOptions {
  /** A function of the epoch, or one for each parameter group. Not saved in checkpoints. */
  lrLambda: LRLambda | readonly LRLambda[];
}

const RULES: OptionRules<LambdaLROptions> = { lrLambda: required(FUNCTIONS), lastEpoch: LAST_EPOCH };

/** The initial rate times a function of the epoch. Source: torch.optim.lr_scheduler.LambdaLR. */
export class LambdaLR extends LRScheduler<{ readonly lrLambdas: readonly LRLambda[] }> {
  constructor(optimizer: Optimizer, options: LambdaLROptions) {
    super(optimizer, resolveLambdas('LambdaLR', optimizer, options));
  }

  protected override getLr(): number[] {
    return this.baseLrs.map((lr, index) => lr * (this.state.lrLambdas[index]?.(this.lastEpoch) ?? 1));
  }
}

/** The options of a scheduler by functions, with one function for each group. Shared with MultiplicativeLR. */
export function resolveLambdas(name: string, optimizer: Optimizer, options: LambdaLROptions) {
  const { lrLambda, lastEpoch } = resolveOptions(name, optimizer, options, RULES);
  return { lrLambdas: perGroup(name, 'lrLambda', optimizer, lrLambda), lastEpoch };
}
