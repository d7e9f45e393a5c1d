import { missingLoaderRule } from './missingLoader.js';

/** A run that needs batches for `predictStep`, and is given none. */
export const missingPredictLoader = missingLoaderRule({
  word: 'predict',
  step: 'predictStep',
  loader: 'predictDataloader',
  run: 'predict',
  limit: 'limitPredictBatches',
});
