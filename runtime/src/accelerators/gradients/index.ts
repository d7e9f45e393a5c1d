import * as tf from '../../tf.js';
import { batchNormTrainingGradient } from '../layers/batchNorm.js';
import { absGradient } from './abs.js';
import { activationGradients } from './activations.js';
import { arithmeticGradients } from './arithmetic.js';
import { batchMatMulGradient } from './batchMatMul.js';
import { batchNormGradient } from './batchNorm.js';
import { comparisonGradients } from './comparison.js';
import { complexGradients } from './complex.js';
import { constantGradients } from './constants.js';
import { convolutionGradients } from './convolution.js';
import { cumulativeGradients } from './cumulative.js';
import { einsumGradient } from './einsum.js';
import { extremeGradients } from './extremes.js';
import { imageGradients } from './images.js';
import { indexingGradients } from './indexing.js';
import { poolingGradients } from './pooling.js';
import { shapeGradients } from './shapes.js';
import { topKGradient } from './topK.js';

const GRADIENTS: readonly tf.GradConfig[] = [
  ...comparisonGradients,
  ...constantGradients,
  absGradient,
  ...activationGradients,
  ...arithmeticGradients,
  ...extremeGradients,
  ...cumulativeGradients,
  batchMatMulGradient,
  einsumGradient,
  batchNormGradient,
  batchNormTrainingGradient,
  ...shapeGradients,
  ...indexingGradients,
  topKGradient,
  ...imageGradients,
  ...convolutionGradients,
  ...poolingGradients,
  ...complexGradients,
];

/** Puts in the gradients that tfjs-core lacks or gets wrong, for every backend. Doing it twice is harmless. */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) tf.registerGradient(gradient);
}
