export { GradScaler, type GradScalerOptions } from './gradScaler.js';
export { makePrecision } from './makePrecision.js';
export { MixedPrecision, type MixedPrecisionName } from './mixedPrecision.js';
export { Precision, type UpdateMoment } from './precision.js';
