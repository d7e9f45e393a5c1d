import { toWord } from './names.js';
import type { Tolerance } from './scenario.js';

/** One difference between what a scenario expects and what was seen. */
export interface Mismatch {
  readonly field: string;
  readonly expected: unknown;
  readonly found: unknown;
}

export const DEFAULT_TOLERANCE: Tolerance = { rel: 1e-5, abs: 1e-6 };

/** The first difference in a field; undefined when there is none. Numbers may differ by the tolerance, all else by nothing. */
export function compare(
  field: string,
  expected: unknown,
  found: unknown,
  tolerance: Tolerance = DEFAULT_TOLERANCE,
): Mismatch | undefined {
  const got = typeof found === 'number' ? toWord(found) : found;
  if (typeof expected === 'number' && typeof got === 'number') {
    const isNear = Math.abs(got - expected) <= Math.max(tolerance.abs, tolerance.rel * Math.abs(expected));
    return isNear ? undefined : { field, expected, found: got };
  }
  if (Array.isArray(expected) && Array.isArray(got)) return compareLists(field, expected, got, tolerance);
  if (isPlainObject(expected) && isPlainObject(got)) return compareObjects(field, expected, got, tolerance);
  return Object.is(expected, got) ? undefined : { field, expected, found: got };
}

function compareLists(
  field: string,
  expected: readonly unknown[],
  found: readonly unknown[],
  tolerance: Tolerance,
): Mismatch | undefined {
  for (let index = 0; index < Math.min(expected.length, found.length); index++) {
    const mismatch = compare(`${field}[${index}]`, expected[index], found[index], tolerance);
    if (mismatch) return mismatch;
  }
  return expected.length === found.length ? undefined : { field, expected, found };
}

function compareObjects(
  field: string,
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
  tolerance: Tolerance,
): Mismatch | undefined {
  const keys = (value: object) => Object.keys(value).sort().join();
  if (keys(expected) !== keys(found)) return { field, expected, found };
  for (const [key, value] of Object.entries(expected)) {
    const mismatch = compare(`${field}.${key}`, value, found[key], tolerance);
    if (mismatch) return mismatch;
  }
  return undefined;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
