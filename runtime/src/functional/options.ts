import { MisconfigurationError, nearest } from '../errors/index.js';
import * as tf from '../tf.js';

/** Stands in a table of defaults for an option that has none. */
export const REQUIRED: unique symbol = Symbol('required');

/** A default for every option: a value, `undefined` where none is needed, or {@link REQUIRED}. */
type Defaults<Options> = { readonly [Name in keyof Required<Options>]: Options[Name] | null | typeof REQUIRED };

/** The options with their defaults filled in. */
type Settled<Options, Table extends Defaults<Options>> = {
  readonly [Name in keyof Required<Options>]: Table[Name] extends undefined
    ? Options[Name]
    : Exclude<Options[Name], undefined>;
};

/**
 * Fills in what the caller left out; null, torch's None, counts as left out.
 * @throws MisconfigurationError for an unknown name, for a missing required option, and for a value that is not of the
 *   default's type
 */
export function settle<Options extends object, Table extends Defaults<Options>>(
  name: string,
  options: Options,
  defaults: Table,
): Settled<Options, Table> {
  if (typeof options !== 'object' || options instanceof tf.Tensor || Array.isArray(options)) {
    throw misuse(name, 'The last argument is no object.', {
      allowed: `options: ${Object.keys(defaults).join(', ')}`,
      fix: 'Optional tensors, such as a bias, stand among the options too.',
    });
  }
  const given = options as Readonly<Record<string, unknown>>;
  const table = defaults as Readonly<Record<string, unknown>>;
  const settled: Record<string, unknown> = { ...table };
  for (const option in given) {
    if (!Object.hasOwn(table, option)) throw unknownOption(name, option, Object.keys(table));
    const value = given[option] ?? undefined;
    if (value === undefined) continue;
    settled[option] = value;
    const usual = table[option];
    const isPlain = typeof usual === 'number' || typeof usual === 'boolean';
    if (isPlain && (typeof value !== typeof usual || Number.isNaN(value))) {
      throw misuse(name, `\`${option}\` is ${show(value)}.`, { allowed: `a ${typeof usual}; default ${usual}` });
    }
  }
  for (const option in settled) {
    if (settled[option] !== REQUIRED) continue;
    throw misuse(name, `\`${option}\` is missing.`, { fix: `Pass { ${option}: … } as the last argument.` });
  }
  return settled as Settled<Options, Table>; // every name of the table is in it
}

/** The one error for wrong arguments of a function of this room. @param found a whole sentence */
export function misuse(
  name: string,
  found: string,
  { allowed, fix }: { readonly allowed?: string; readonly fix?: string } = {},
): MisconfigurationError {
  return new MisconfigurationError({
    code: 'functional-argument',
    found: `functional.${name}: ${found}`,
    ...(allowed !== undefined && { allowed }),
    ...(fix !== undefined && { fix }),
  });
}

/** The value of an option that is one of some words. @throws MisconfigurationError for any other */
export function oneOf<Word extends string>(name: string, option: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  throw misuse(name, `\`${option}\` is ${show(value)}.`, {
    allowed: words.map((word) => `'${word}'`).join(', '),
    ...(meant !== undefined && { fix: `Did you mean '${meant}'?` }),
  });
}

/** A number within bounds, both included. @throws MisconfigurationError for any other */
export function within(
  name: string,
  option: string,
  value: number,
  from: number = Number.NEGATIVE_INFINITY,
  to: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value === 'number' && value >= from && value <= to) return value;
  const bounds = to === Number.POSITIVE_INFINITY ? `of at least ${from}` : `from ${from} to ${to}`;
  throw misuse(name, `\`${option}\` is ${show(value)}.`, {
    allowed: from === Number.NEGATIVE_INFINITY ? 'a number' : `a number ${bounds}`,
  });
}

/** A number above 0. @throws MisconfigurationError for any other */
export function positive(name: string, option: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw misuse(name, `\`${option}\` is ${show(value)}.`, { allowed: 'a number above 0' });
}

/** An integer of at least `from`. @throws MisconfigurationError for any other value */
export function count(name: string, option: string, value: number, from = 1): number {
  if (Number.isInteger(value) && value >= from) return value;
  throw misuse(name, `\`${option}\` is ${show(value)}.`, { allowed: `an integer of at least ${from}` });
}

/**
 * A size for each of some axes: one number holds for all.
 * @throws MisconfigurationError unless they are integers of at least `from`
 */
export function sizes(
  name: string,
  option: string,
  value: number | readonly number[],
  axes: number,
  from = 1,
): readonly number[] {
  const all = typeof value === 'number' ? Array<number>(axes).fill(value) : value;
  const fits = Array.isArray(all) && all.length === axes && all.every((size) => Number.isInteger(size) && size >= from);
  if (fits) return all;
  const many = axes === 1 ? '' : `, or a list of ${axes}`;
  throw misuse(name, `\`${option}\` is ${show(value)}.`, { allowed: `an integer of at least ${from}${many}` });
}

function unknownOption(name: string, option: string, known: readonly string[]): MisconfigurationError {
  const meant = nearest(option, known);
  return misuse(name, `There is no option \`${option}\`.`, {
    allowed: known.length > 0 ? known.join(', ') : 'no options',
    ...(meant !== undefined && { fix: `Did you mean \`${meant}\`?` }),
  });
}

function show(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : (JSON.stringify(value) ?? typeof value);
}
