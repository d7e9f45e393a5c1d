import * as tf from '../../tf.js';
import { oneOf } from '../options.js';

const REDUCTIONS = ['none', 'mean', 'sum'] as const;

/** What becomes of the single losses: 'none' leaves them, 'mean' and 'sum' make one number. */
export type Reduction = (typeof REDUCTIONS)[number];

/** Option of every loss. */
export interface ReductionOptions {
  /** Default 'mean'. */
  reduction?: Reduction;
}

/** The losses as `reduction` says. @param total what 'mean' divides the sum by; default: their number */
export function reduced(name: string, losses: tf.Tensor, reduction: Reduction, total?: tf.Tensor): tf.Tensor {
  switch (oneOf(name, 'reduction', reduction, REDUCTIONS)) {
    case 'none':
      return losses;
    case 'sum':
      return tf.sum(losses);
    case 'mean':
      return total ? tf.div(tf.sum(losses), total) : tf.mean(losses);
  }
}
