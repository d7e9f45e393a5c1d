import type { StepOutputs } from '../core/index.js';
import type { LRScheduler } from '../optim/index.js';
import type { Trainer } from '../trainer/index.js';
import type { LearningRateResults } from './learningRates.js';

/** How much of the average loss stays from one update to the next. */
const BETA = 0.98;

/**
 * Notes the learning rate before each update and the smoothed loss after it, and ends the trial when the loss runs away. Source:
 * PyTorch Lightning, `_LRCallback`.
 */
export class SweepRecorder implements LearningRateResults {
  readonly lr: number[] = [];
  readonly loss: number[] = [];
  readonly #trainer: Trainer;
  readonly #scheduler: LRScheduler;
  readonly #threshold: number | null;
  readonly #firstStep: number;
  #average = 0;
  #best = 0;

  /** @param threshold the loss may be this many times the best one; null: without limit */
  constructor(trainer: Trainer, scheduler: LRScheduler, threshold: number | null) {
    this.#trainer = trainer;
    this.#scheduler = scheduler;
    this.#threshold = threshold;
    this.#firstStep = trainer.globalStep;
  }

  begin(batchIdx: number): void {
    const [lr] = this.#scheduler.getLastLr();
    if (this.#updates(batchIdx) && lr !== undefined) this.lr.push(lr);
  }

  async end({ loss }: StepOutputs, batchIdx: number): Promise<void> {
    if (!this.#updates(batchIdx)) return;
    if (!loss) {
      this.loss.push(Number.NaN);
      return;
    }
    const [value = Number.NaN] = await loss.data();
    const step = this.#trainer.globalStep - this.#firstStep;
    this.#average = BETA * this.#average + (1 - BETA) * value;
    const smoothed = this.#average / (1 - BETA ** (step + 1));
    if (this.#threshold !== null && step > 1 && smoothed > this.#threshold * this.#best)
      this.#trainer.shouldStop = true;
    if (smoothed < this.#best || step === 1) this.#best = smoothed;
    this.loss.push(smoothed);
  }

  /** A rate belongs to an update, and not to each of the batches whose gradients are added up for it. */
  #updates(batchIdx: number): boolean {
    return (batchIdx + 1) % this.#trainer.accumulateGradBatches === 0;
  }
}
