import { type Fault, LightningError } from '../errors/index.js';

/** Why an engine could not be used; stable, for callers that branch on it. */
export type EngineErrorCode =
  | 'unknown-accelerator'
  | 'unknown-engine'
  | 'accelerator-not-available'
  | 'engine-start-failed'
  | 'kernel-not-supported'
  | 'kernel-failed'
  | 'out-of-memory'
  | 'bad-thread-count';

/** An accelerator, engine or kernel that cannot do what was asked. */
export class EngineError extends LightningError {
  declare readonly code: EngineErrorCode;

  constructor(fault: Fault & { readonly code: EngineErrorCode }) {
    super(fault);
  }
}
