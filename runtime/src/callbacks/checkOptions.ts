import { MisconfigurationError, nearest } from '../errors/index.js';

/**
 * @param allowed every option of the class
 * @throws MisconfigurationError for an option that there is not, with the nearest one
 */
export function checkOptionNames(owner: string, options: unknown, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new MisconfigurationError({
      code: 'callback-option',
      found: `${owner} was given ${JSON.stringify(options)}.`,
      allowed: `an object with options: ${allowed.join(', ')}`,
    });
  }
  for (const name of Object.keys(options)) {
    if (allowed.includes(name)) continue;
    const near = nearest(name, allowed);
    throw new MisconfigurationError({
      code: 'callback-option',
      found: `${owner} has no option \`${name}\`.`,
      fix: near ? `Did you mean \`${near}\`?` : `It has: ${allowed.join(', ')}.`,
    });
  }
}

/** @throws MisconfigurationError for anything but a whole number from `from` up */
export function checkWholeNumber(owner: string, option: string, value: unknown, from: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= from) return;
  throw optionFault(owner, option, value, `a whole number from ${from} up`);
}

/** The error for an option's value. */
export function optionFault(owner: string, option: string, value: unknown, allowed: string): MisconfigurationError {
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return new MisconfigurationError({ code: 'callback-option', found: `${owner}: \`${option}\` is ${shown}.`, allowed });
}
