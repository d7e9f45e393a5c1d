export { Adam, type AdamOptions } from './adam.js';
export { Optimizer, type OptimizerOptions, type ParamGroup, type ParamsInput } from './optimizer.js';
export type { OptimizerState } from './optimizerState.js';
export { SGD, type SGDOptions } from './sgd.js';
