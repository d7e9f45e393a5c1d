import { type Fault, LightningError } from '../errors/index.js';
import type { SourceLocation } from '../protocol/index.js';

/** The command line was wrong: nothing was loaded, and the exit code is 2. */
export class UsageError extends LightningError {}

/** One thing that keeps the user's file from being loaded. */
export interface Problem {
  /** A sentence. */
  readonly text: string;
  readonly location?: SourceLocation;
  /** How many columns to underline; default 1. */
  readonly length?: number;
}

/** The user's file cannot be used as it is: it does not compile, imports what is not there, or exports no module. */
export class UserFileError extends LightningError {
  /** Everything found, the first one first; the error's message speaks of that one. */
  readonly problems: readonly Problem[];
  /** Where the first problem lies. */
  readonly location: SourceLocation | undefined;

  constructor(fault: Fault, problems: readonly Problem[] = []) {
    super(fault);
    this.problems = problems;
    this.location = problems[0]?.location;
  }
}

/** What the process ends with: 2 for a wrong command line, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? 2 : 1;
}
