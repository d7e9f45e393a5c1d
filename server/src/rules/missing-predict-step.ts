import { missingStepRule } from './missingStep.js';

/** Batches for predict, and no `predictStep` that takes them. */
export const missingPredictStep = missingStepRule({
  word: 'predict',
  step: 'predictStep',
  loader: 'predictDataloader',
  run: 'predict',
});
