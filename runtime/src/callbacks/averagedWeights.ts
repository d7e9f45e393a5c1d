import { type LightningModule, loadWeights, type NamedWeight, readWeights, type StateDict } from '../core/index.js';
import * as tf from '../tf.js';

/** Takes an average and the current value (both borrowed) and how many were averaged so far; returns the new average. */
export type AverageFunction = (averaged: tf.Tensor, current: tf.Tensor, numAveraged: number) => tf.Tensor;

/** The same for all weights at once: assigns to the first ones. Float weights only. */
export type MultiAverageFunction = (
  averaged: readonly tf.Variable[],
  current: readonly tf.Variable[],
  numAveraged: number,
) => void;

/** All count the same. Source: torch.optim.swa_utils. */
export const equalAverage: AverageFunction = (averaged, current, numAveraged) =>
  tf.add(averaged, tf.div(tf.sub(current, averaged), numAveraged + 1));

/** A weight of the module, and the variable that holds its average. */
interface Pair extends NamedWeight {
  readonly averaged: tf.Variable;
}

/** A second set of a module's weights, that averages are kept in. Owns its variables. Source: torch.optim.swa_utils.AveragedModel. */
export class AveragedWeights {
  /** Updates so far. */
  numAveraged = 0;
  readonly #pairs: readonly Pair[];

  /** @param weights of the module; the average begins as a copy of them */
  constructor(weights: readonly NamedWeight[]) {
    this.#pairs = weights.map(({ name, variable }) => ({
      name,
      variable,
      averaged: tf.tidy(() => tf.variable(copyOf(variable), false, undefined, variable.dtype)),
    }));
  }

  /**
   * Takes in the module's weights as they are now; the first ones are copied.
   * @param copies true for weights that are only copied, whatever the average
   */
  update(
    average: AverageFunction | { readonly multi: MultiAverageFunction },
    copies: (weight: NamedWeight) => boolean = () => false,
  ): void {
    const isFirst = this.numAveraged === 0;
    const isCopied = (pair: Pair) => isFirst || pair.variable.dtype !== 'float32' || copies(pair);
    tf.tidy(() => {
      for (const { averaged, variable } of this.#pairs.filter(isCopied)) averaged.assign(copyOf(variable));
    });
    const others = this.#pairs.filter((pair) => !isCopied(pair));
    tf.tidy(() => {
      if (typeof average === 'function') {
        for (const { averaged, variable } of others) averaged.assign(average(averaged, variable, this.numAveraged));
      } else if (others.length > 0) {
        const current = others.map(({ variable }) => variable);
        average.multi(
          others.map(({ averaged }) => averaged),
          current,
          this.numAveraged,
        );
      }
    });
    this.numAveraged++;
  }

  /** Puts the averages into the module, and keeps what was there. */
  swap(): void {
    for (const { averaged, variable } of this.#pairs) {
      const before = tf.clone<tf.Tensor>(variable);
      variable.assign(averaged);
      averaged.assign(before);
      before.dispose();
    }
  }

  /** Copies the averages into the module. @param which default: all weights */
  copyToModule(which: (weight: NamedWeight) => boolean = () => true): void {
    tf.tidy(() => {
      for (const pair of this.#pairs) if (which(pair)) pair.variable.assign(copyOf(pair.averaged));
    });
  }

  /** The averages, on the host, under the names of the module's weights. */
  async stateDict(): Promise<StateDict> {
    return readWeights(this.#averages);
  }

  /** @throws MisconfigurationError for missing, unknown or wrongly shaped weights */
  loadStateDict(state: StateDict, owner: LightningModule, options: { strict?: boolean } = {}): void {
    loadWeights(this.#averages, state, options.strict ?? true, owner.constructor.name);
  }

  /** Frees the averages. */
  dispose(): void {
    for (const { averaged } of this.#pairs) if (!averaged.isDisposed) averaged.dispose();
  }

  get #averages(): NamedWeight[] {
    return this.#pairs.map(({ name, averaged }) => ({ name, variable: averaged }));
  }
}

/** With memory of its own: an engine updates a weight in place only where nothing else shares it, and otherwise rounds elsewhere. */
function copyOf(variable: tf.Variable): tf.Tensor {
  return variable.dtype === 'float32' ? tf.mul(variable, 1) : tf.clone(variable);
}
