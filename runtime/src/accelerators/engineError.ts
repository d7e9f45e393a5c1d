/** Why an engine could not be used; stable, for callers that branch on it. */
export type EngineErrorCode =
  | 'UNKNOWN_ACCELERATOR'
  | 'UNKNOWN_ENGINE'
  | 'ACCELERATOR_NOT_AVAILABLE'
  | 'ENGINE_START_FAILED'
  | 'KERNEL_NOT_SUPPORTED';

/** The facts an `EngineError` is made of; each is one or more whole sentences. */
export interface EngineErrorFacts {
  readonly code: EngineErrorCode;
  /** What was asked for, or what went wrong. */
  readonly found: string;
  /** What would have been accepted. */
  readonly allowed: string;
  /** The likely way out. */
  readonly fix: string;
  readonly cause?: unknown;
}

/** An accelerator, engine or kernel that cannot do what was asked. The message is `found allowed fix`. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly facts: EngineErrorFacts;

  constructor(facts: EngineErrorFacts) {
    super(`${facts.found} ${facts.allowed} ${facts.fix}`, { cause: facts.cause });
    this.code = facts.code;
    this.facts = facts;
  }
}
