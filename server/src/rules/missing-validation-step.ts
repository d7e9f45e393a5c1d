import { missingStepRule } from './missingStep.js';

/** Batches for validate, and no `validationStep` that takes them. */
export const missingValidationStep = missingStepRule({
  word: 'validation',
  step: 'validationStep',
  loader: 'valDataloader',
  run: 'validate',
  fitKey: 'valDataloaders',
});
