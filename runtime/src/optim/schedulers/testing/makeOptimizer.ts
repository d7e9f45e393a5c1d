/** What the tests of schedulers share. Not part of the package. */
import { afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { startTestEngine } from '../../../testing/tiny.js';
import * as tf from '../../../tf.js';
import * as optim from '../../index.js';

let weights: tf.Variable[] = [];

/** Starts the engine, listens to warnings, and frees what {@link makeOptimizer} makes. To be called at the top of a file. */
export function withOptimizers(): void {
  beforeAll(startTestEngine);
  beforeEach(() => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => {
    tf.dispose(weights);
    weights = [];
    vi.restoreAllMocks();
  });
}

/** SGD with momentum 0.9, or Adam, and a group of one parameter for each rate. */
export function makeOptimizer(lrs: readonly number[] = [0.1], type: 'SGD' | 'Adam' = 'SGD'): optim.Optimizer {
  const groups = lrs.map((lr) => {
    const weight = tf.tidy(() => tf.variable(tf.zeros([1])));
    weights.push(weight);
    return { params: [weight], lr };
  });
  return type === 'Adam' ? new optim.Adam(groups) : new optim.SGD(groups, { momentum: 0.9 });
}

/** The rates of an optimizer's groups. */
export function lrsOf(optimizer: optim.Optimizer): number[] {
  return optimizer.paramGroups.map(({ lr }) => lr);
}
