/** The engine room's door: loads an engine, and corrects and speeds up what tfjs's backends do in training. */
export {
  ACCELERATOR_NAMES,
  type AcceleratorName,
  type AcceleratorRow,
  type ConcreteAcceleratorName,
  ENGINE_NAMES,
  type Engine,
  type EngineName,
  type StartOptions,
} from './accelerator.js';
export { EngineError, type EngineErrorCode } from './engineError.js';
export { roundProducts } from './halfProducts.js';
export { type HeldMemory, holdMemory, isMemoryHeld } from './holdMemory.js';
export { useInitialBackend } from './initialBackend.js';
export {
  type AdamUpdate,
  adamInPlace,
  observeUpdates,
  type SGDUpdate,
  sgdInPlace,
  type UpdateObserver,
} from './inPlace.js';
export { type BatchToNormalize, type NormalizedBatch, normalizeBatch } from './layers/batchNorm.js';
export { type HalfType, roundTo } from './rounding.js';
export { accelerators, startEngine } from './startEngine.js';
