import { MisconfigurationError } from '../errors/index.js';
import type { SweepMode } from './learningRateSweep.js';
import { plotLearningRates } from './plot.js';
import { steepestDescent } from './steepest.js';

/** What a search for the learning rate saw: one entry for each step. */
export interface LearningRateResults {
  readonly lr: readonly number[];
  /** The loss, smoothed; NaN for a step that returned none. */
  readonly loss: readonly number[];
}

/** The outcome of `tuner.lrFind`. Source: PyTorch Lightning, `_LRFinder`. */
export class LRFinder {
  constructor(
    readonly mode: SweepMode,
    /** The losses seen at each rate. */
    readonly results: LearningRateResults,
  ) {}

  /**
   * The learning rate at which the loss fell most steeply: a good one to begin with. Null, with a warning, when there are fewer than
   * two points.
   * @param options.skipBegin points to leave out at the beginning, default 10
   * @param options.skipEnd points to leave out at the end, default 1
   */
  suggestion({ skipBegin = 10, skipEnd = 1 }: { skipBegin?: number; skipEnd?: number } = {}): number | null {
    const index = this.#suggestedIndex(skipBegin, skipEnd);
    if (index !== undefined) return this.results.lr[index] ?? null;
    process.emitWarning(
      'There are not enough points to suggest a learning rate: raise `numTraining`, or the number of batches.',
    );
    return null;
  }

  /**
   * The losses over the learning rates as a picture, in SVG: write it to a file, or log it.
   * @param options.suggest mark the suggested rate; default false
   */
  plot({ suggest = false }: { suggest?: boolean } = {}): string {
    const index = suggest ? this.#suggestedIndex(10, 1) : undefined;
    return plotLearningRates(this.results, this.mode, index);
  }

  #suggestedIndex(skipBegin: number, skipEnd: number): number | undefined {
    for (const [name, value] of Object.entries({ skipBegin, skipEnd })) {
      if (Number.isSafeInteger(value) && value >= 0) continue;
      const found = `suggestion: \`${name}\` is ${value}.`;
      throw new MisconfigurationError({ code: 'tuner-option', found, allowed: 'a whole number from 0 up' });
    }
    const { lr, loss } = this.results;
    const indices = loss
      .map((_, index) => index)
      .slice(skipBegin, Math.max(skipBegin, loss.length - skipEnd))
      .filter((index) => Number.isFinite(loss[index]));
    if (indices.length < 2) return undefined;
    const pick = (values: readonly number[]) => indices.map((index) => values[index] as number);
    return indices[steepestDescent(pick(lr), pick(loss))];
  }
}
