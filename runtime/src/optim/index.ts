export { Adam, type AdamOptions } from './adam.js';
export {
  Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  type ParamGroup,
  type ParamsInput,
} from './optimizer.js';
export { SGD, type SGDOptions } from './sgd.js';
