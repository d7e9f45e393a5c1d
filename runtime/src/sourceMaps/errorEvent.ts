import { LightningError } from '../errors/index.js';
import { type ErrorEvent, isSourceLocation, type SourceLocation } from '../protocol/index.js';
import { functionLocation } from './functionLocation.js';
import { userLocation } from './userLocation.js';

/**
 * The place in the user's source that an error should point at: the `location` it carries, else the function it blames, else
 * the innermost frame in the user's code.
 */
export async function errorLocation(error: unknown): Promise<SourceLocation | undefined> {
  if (error instanceof Error && 'location' in error && isSourceLocation(error.location)) return error.location;
  if (error instanceof LightningError && error.blame) {
    const blamed = await functionLocation(error.blame);
    if (blamed) return blamed;
  }
  return userLocation(error);
}

/** What the run protocol says of an error. What was thrown need not be an Error. */
export async function toErrorEvent(error: unknown): Promise<ErrorEvent> {
  const location = (await errorLocation(error)) ?? null;
  const base = { type: 'error', time: Date.now(), location } as const;
  if (!(error instanceof Error)) {
    return { ...base, name: 'Error', code: null, message: String(error), stack: null };
  }
  return { ...base, name: error.name, code: codeOf(error), message: error.message, stack: error.stack ?? null };
}

/** Our errors and Node's (`ENOENT`) have a `code`. */
function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
