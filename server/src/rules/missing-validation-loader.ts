import { missingLoaderRule } from './missingLoader.js';

/** A run that needs batches for `validationStep`, and is given none. */
export const missingValidationLoader = missingLoaderRule({
  word: 'validation',
  step: 'validationStep',
  loader: 'valDataloader',
  run: 'validate',
  fitKey: 'valDataloaders',
  limit: 'limitValBatches',
});
