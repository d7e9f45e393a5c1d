import { MisconfigurationError, nearest } from '../errors/index.js';

/** What an option's value must be: a check, and how to say it. */
export type Rule = readonly [check: (value: unknown) => boolean, allowed: string];

/** A whole number from `from` up. */
export const count = (from: number): Rule => [
  (value) => Number.isSafeInteger(value) && Number(value) >= from,
  `a whole number from ${from} up`,
];

/** A number within bounds, the lower one left out. */
export const above = (low: number): Rule => [
  (value) => typeof value === 'number' && value > low && Number.isFinite(value),
  `a number above ${low}`,
];

/** One of some words. */
export const oneOf = (words: readonly string[]): Rule => [
  (value) => words.includes(value as string),
  words.map((word) => `'${word}'`).join(' or '),
];

export const flag: Rule = [(value) => typeof value === 'boolean', 'true or false'];
export const text: Rule = [(value) => typeof value === 'string', 'text'];

/**
 * Options with defaults filled in.
 * @throws MisconfigurationError for an option that there is not, or a value that is not allowed
 */
export function resolve<O extends object>(
  owner: string,
  given: Partial<O>,
  defaults: O,
  rules: Readonly<Record<keyof O, Rule>>,
): O {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) {
    if (!Object.hasOwn(rules, name)) throw unknownOption(owner, name, Object.keys(rules));
    const [check, allowed] = rules[name as keyof O];
    if (check(value)) continue;
    const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
    throw new MisconfigurationError({ code: 'tuner-option', found: `${owner}: \`${name}\` is ${shown}.`, allowed });
  }
  return { ...defaults, ...Object.fromEntries(set) };
}

function unknownOption(owner: string, name: string, names: readonly string[]): MisconfigurationError {
  const near = nearest(name, names);
  return new MisconfigurationError({
    code: 'tuner-option',
    found: `${owner} has no option \`${name}\`.`,
    fix: near ? `Did you mean \`${near}\`?` : `It has: ${names.join(', ')}.`,
  });
}
