export { type Fault, LightningError, MisconfigurationError, RunError } from './errors.js';
export { nearest } from './nearest.js';
