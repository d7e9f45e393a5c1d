import type { LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames } from './checkOptions.js';

/** Options of {@link GradientAccumulationScheduler}. */
export interface GradientAccumulationSchedulerOptions {
  /** By number of the epoch, from 0: how many batches make one update, from that epoch on. Before the first: 1. */
  scheduling: Readonly<Record<number, number>>;
}

/**
 * Changes `accumulateGradBatches` at the start of epochs. State: none. Source: PyTorch Lightning,
 * `callbacks/gradient_accumulation_scheduler.py`.
 *
 * @example
 * new GradientAccumulationScheduler({ scheduling: { 0: 8, 4: 4, 8: 1 } });
 */
export class GradientAccumulationScheduler extends Callback {
  /** Factors by epoch, in increasing order; the first one is for epoch 0. */
  readonly #steps: readonly (readonly [epoch: number, factor: number])[];

  /** @throws MisconfigurationError for an empty table, an epoch below 0, and a factor below 1 */
  constructor(options: GradientAccumulationSchedulerOptions) {
    super();
    checkOptionNames('GradientAccumulationScheduler', options, ['scheduling']);
    this.#steps = toSteps(options.scheduling);
  }

  /** The factor of an epoch. */
  getAccumulateGradBatches(epoch: number): number {
    return this.#steps.findLast(([from]) => epoch >= from)?.[1] ?? 1;
  }

  /** True when some epoch has a factor above 1. */
  goingToAccumulateGradBatches(): boolean {
    return this.#steps.some(([, factor]) => factor > 1);
  }

  /** @throws MisconfigurationError when the Trainer has a factor of its own, and under manual optimization */
  override onTrainStart(trainer: Trainer, module: LightningModule): void {
    if (Reflect.get(module, 'automaticOptimization') === false) {
      throw new MisconfigurationError({
        code: 'manual-accumulation',
        found:
          'Automatic gradient accumulation and the `GradientAccumulationScheduler` is not supported for manual optimization.',
        fix: 'Remove the callback or switch to automatic optimization.',
      });
    }
    if (trainer.options.accumulateGradBatches !== 1) {
      throw new MisconfigurationError({
        code: 'conflicting-options',
        found: 'You have set `accumulateGradBatches` and are using the `GradientAccumulationScheduler` callback.',
        fix: 'Either remove `accumulateGradBatches` from the Trainer or remove the callback.',
      });
    }
    this.onTrainEpochStart(trainer); // which does not come where a run goes on in the middle of an epoch
  }

  override onTrainEpochStart(trainer: Trainer): void {
    trainer.accumulateGradBatches = this.getAccumulateGradBatches(trainer.currentEpoch);
  }
}

function toSteps(scheduling: unknown): [epoch: number, factor: number][] {
  const isTable = typeof scheduling === 'object' && scheduling !== null;
  const entries = isTable ? Object.entries(scheduling) : [];
  if (entries.length === 0) {
    throw fault(`\`scheduling\` is ${JSON.stringify(scheduling)}: an empty dict cannot be interpreted`, '{ 4: 2 }');
  }
  if (!entries.every(([epoch]) => /^\d+$/.test(epoch))) {
    const found = entries.map(([epoch]) => epoch).join(', ');
    throw fault(`epoch should be an int greater than or equal to 0. Got [${found}]`, 'whole numbers from 0 up');
  }
  if (!entries.every(([, factor]) => Number.isSafeInteger(factor) && Number(factor) >= 1)) {
    const found = entries.map(([, factor]) => String(factor)).join(', ');
    throw fault(`accumulation factor should be an int greater than 0. Got [${found}]`, 'whole numbers from 1 up');
  }
  const steps = entries.map(([epoch, factor]): [number, number] => [Number(epoch), Number(factor)]);
  return steps.sort(([a], [b]) => a - b);
}

function fault(found: string, allowed: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'callback-option',
    found: `GradientAccumulationScheduler: ${found}.`,
    allowed,
  });
}
