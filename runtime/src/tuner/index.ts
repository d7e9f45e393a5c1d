export { hasAttribute } from './attributes.js';
export { type LearningRateResults, LRFinder } from './learningRates.js';
export { findLearningRate, type LRFindOptions, resolveLRFind } from './lrFind.js';
export { isOutOfMemory } from './outOfMemory.js';
export { findBatchSize, resolveScaleBatchSize, type ScaleBatchSizeOptions } from './scaleBatchSize.js';
export { type LRFindArguments, type ScaleBatchSizeArguments, Tuner, type TunerData } from './tuner.js';
