export { Adadelta, type AdadeltaOptions } from './adadelta.js';
export { Adafactor, type AdafactorOptions } from './adafactor.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions } from './adam.js';
export { Adamax, type AdamaxOptions } from './adamax.js';
export { AdamW, type AdamWOptions } from './adamW.js';
export { ASGD, type ASGDOptions } from './asgd.js';
export { LBFGS, type LBFGSOptions } from './lbfgs.js';
export { NAdam, type NAdamOptions } from './nAdam.js';
export {
  Optimizer,
  type OptimizerOptions,
  type ParamGroup,
  type ParamGroupInput,
  type ParamsInput,
} from './optimizer.js';
export type { OptimizerState } from './optimizerState.js';
export { RAdam, type RAdamOptions } from './rAdam.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { Rprop, type RpropOptions } from './rprop.js';
export { ChainedScheduler, type ChainedSchedulerOptions } from './schedulers/chainedScheduler.js';
export { ConstantLR, type ConstantLROptions } from './schedulers/constantLR.js';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedulers/cosineAnnealingLR.js';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedulers/cosineAnnealingWarmRestarts.js';
export { CyclicLR, type CyclicLROptions } from './schedulers/cyclicLR.js';
export { ExponentialLR, type ExponentialLROptions } from './schedulers/exponentialLR.js';
export { LambdaLR, type LambdaLROptions, type LRLambda } from './schedulers/lambdaLR.js';
export { LinearLR, type LinearLROptions } from './schedulers/linearLR.js';
export { LRScheduler, type LRSchedulerOptions, type ScheduledGroup } from './schedulers/lrScheduler.js';
export { MultiplicativeLR } from './schedulers/multiplicativeLR.js';
export { MultiStepLR, type MultiStepLROptions } from './schedulers/multiStepLR.js';
export { OneCycleLR, type OneCycleLROptions } from './schedulers/oneCycleLR.js';
export { PolynomialLR, type PolynomialLROptions } from './schedulers/polynomialLR.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedulers/reduceLROnPlateau.js';
export type { SchedulerState } from './schedulers/schedulerState.js';
export { SequentialLR, type SequentialLROptions } from './schedulers/sequentialLR.js';
export { StepLR, type StepLROptions } from './schedulers/stepLR.js';
export { SWALR, type SWALROptions } from './schedulers/swaLR.js';
export { SGD, type SGDOptions } from './sgd.js';
