import * as tf from '../../tf.js';
import { absGradient } from './abs.js';
import { batchMatMulGradient } from './batchMatMul.js';
import { comparisonGradients } from './comparison.js';
import { topKGradient } from './topK.js';

const GRADIENTS: readonly tf.GradConfig[] = [...comparisonGradients, absGradient, batchMatMulGradient, topKGradient];

/** Puts in the gradients that tfjs-core lacks or gets wrong, for every backend. Doing it twice is harmless. */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) tf.registerGradient(gradient);
}
