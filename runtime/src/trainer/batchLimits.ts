import { MisconfigurationError } from '../errors/index.js';
import type { BatchLimit } from './options.js';

/** Batches of an epoch under a limit; undefined when neither loader nor limit tells. */
export function resolveLimit(option: string, limit: BatchLimit, length: number | undefined): number | undefined {
  if (typeof limit === 'number' && Number.isInteger(limit)) return Math.min(limit, length ?? limit);
  const fraction = toFraction(limit);
  if (length === undefined) {
    if (fraction === 1) return undefined;
    throw unsized(option);
  }
  const batches = Math.floor(length * fraction);
  if (batches > 0 || fraction === 0 || length === 0) return batches;
  throw new MisconfigurationError({
    code: 'option-value',
    found: `\`${option}\` is ${String(limit)} of ${length} batches, which is less than one.`,
    fix: `Raise it to at least ${1 / length}, or give a count such as 1.`,
  });
}

/** 0.25 of 0.25 or '25%'. */
export function toFraction(limit: BatchLimit): number {
  return typeof limit === 'number' ? limit : Number.parseFloat(limit) / 100;
}

/** A fraction was asked of a loader without a length. */
export function unsized(option: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'option-value',
    found: `\`${option}\` is a fraction, but the loader does not tell its length.`,
    allowed: 'a count of batches',
    fix: 'Give a count, or give the loader a `length`.',
  });
}
