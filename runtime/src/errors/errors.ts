/** What went wrong, as facts; {@link LightningError} makes the sentence, so that terminal, editor and JSON agree. */
export interface Fault {
  /** Stable, for programs: `option-value`, `loss-not-scalar` … */
  readonly code: string;
  /** What was found, a whole sentence. */
  readonly found: string;
  /** What is allowed; shown after "Allowed:". */
  readonly allowed?: string;
  /** What to do about it, a whole sentence. */
  readonly fix?: string;
  readonly cause?: unknown;
  /** The user's function that is at fault, where the stack does not show it. */
  readonly blame?: (...args: never[]) => unknown;
}

/** Base of the errors that this package throws on purpose. */
export class LightningError extends Error {
  readonly code: string;
  /** The user's function that is at fault, where the stack does not show it. */
  readonly blame: Fault['blame'];

  constructor(fault: Fault) {
    super(describe(fault), fault.cause === undefined ? undefined : { cause: fault.cause });
    this.name = new.target.name;
    this.code = fault.code;
    // Not enumerable: an error that is printed should not print a function's source.
    Object.defineProperty(this, 'blame', { value: fault.blame, enumerable: false });
  }
}

/** The user's code or options cannot work as they are. Named after PyTorch Lightning's `MisconfigurationException`. */
export class MisconfigurationError extends LightningError {}

/** Something that worked until now failed: a file could not be written, an engine gave up. */
export class RunError extends LightningError {}

function describe({ found, allowed, fix }: Fault): string {
  const sentences = [found];
  if (allowed !== undefined) sentences.push(`Allowed: ${allowed}.`);
  if (fix !== undefined) sentences.push(fix);
  return sentences.join(' ');
}
