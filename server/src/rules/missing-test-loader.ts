import { missingLoaderRule } from './missingLoader.js';

/** A run that needs batches for `testStep`, and is given none. */
export const missingTestLoader = missingLoaderRule({
  word: 'test',
  step: 'testStep',
  loader: 'testDataloader',
  run: 'test',
  limit: 'limitTestBatches',
});
