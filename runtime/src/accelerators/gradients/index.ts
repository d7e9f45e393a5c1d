import * as tf from '../../tf.js';
import { comparisonGradients } from './comparison.js';

const GRADIENTS: readonly tf.GradConfig[] = [...comparisonGradients];

/** Adds the gradients that tfjs-core lacks, for every backend. Doing it twice is harmless. */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) tf.registerGradient(gradient);
}
