import { Optimizer, type OptimizerOptions } from '../optim/index.js';
import type * as tf from '../tf.js';

/** Stands in where configureOptimizers returned none: its steps are counted, and change nothing. Source: `_MockOptimizer`. */
export class NoOptimizer extends Optimizer {
  constructor() {
    super([], {}, { lr: 0 } satisfies Required<OptimizerOptions>);
    this.paramGroups.length = 0;
  }

  protected override get needsParameters(): boolean {
    return false;
  }

  protected override update(value: tf.Tensor): tf.Tensor {
    return value;
  }
}
