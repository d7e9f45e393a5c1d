import { missingStepRule } from './missingStep.js';

/** Batches for test, and no `testStep` that takes them. */
export const missingTestStep = missingStepRule({
  word: 'test',
  step: 'testStep',
  loader: 'testDataloader',
  run: 'test',
});
