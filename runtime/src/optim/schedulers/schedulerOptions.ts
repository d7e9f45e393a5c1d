import { MisconfigurationError, nearest } from '../../errors/index.js';
import { Optimizer } from '../optimizer.js';

/** What a value may be. */
export interface Kind {
  /** Shown after "Allowed:". */
  readonly allowed: string;
  accepts(value: unknown): boolean;
}

/** One option of a scheduler: what it may be, and what it is when nobody gave it. */
export interface OptionRule<V> extends Kind {
  /** Absent: the option must be given. Null: null, too, may be given. */
  readonly fallback?: V;
}

/** A rule for each option; one without a rule does not compile. */
export type OptionRules<O extends object> = { readonly [K in keyof O]-?: OptionRule<Exclude<O[K], undefined>> };

export const NUMBER: Kind = { allowed: 'a number', accepts: (value) => Number.isFinite(value) };
export const BOOLEAN: Kind = { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };

/** A function, or a list of one for each parameter group. */
export const FUNCTIONS: Kind = {
  allowed: 'a function of the epoch, or a list of one for each parameter group',
  accepts: (value) => [value].flat().every((item) => typeof item === 'function'),
};

export const FUNCTION: Kind = { allowed: 'a function', accepts: (value) => typeof value === 'function' };

/** A number, or a list of one for each parameter group. */
export const NUMBERS: Kind = {
  allowed: 'a number, or a list of one for each parameter group',
  accepts: (value) => [value].flat().every((item) => Number.isFinite(item)),
};

/** Epochs at which something happens. The same one may stand there twice, as in torch. */
export const MILESTONES: Kind = {
  allowed: 'a list of whole numbers in increasing order',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((item, index) => Number.isSafeInteger(item) && (index === 0 || item >= value[index - 1])),
};

export function wholeNumber(from: number): Kind {
  return {
    allowed: `a whole number from ${from} up`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= from,
  };
}

export function numberWhere(allowed: string, accepts: (value: number) => boolean): Kind {
  return { allowed, accepts: (value) => Number.isFinite(value) && accepts(Number(value)) };
}

export function oneOf(...words: readonly string[]): Kind {
  return {
    allowed: words.map((word) => `'${word}'`).join(', '),
    accepts: (value) => typeof value === 'string' && words.includes(value),
  };
}

/** An option that must be given. */
export function required<V>(kind: Kind): OptionRule<V> {
  return kind;
}

/** An option with a default. */
export function optional<V>(kind: Kind, fallback: V): OptionRule<V> {
  return { ...kind, fallback };
}

/** The rule of `lastEpoch`. */
export const LAST_EPOCH: OptionRule<number> = optional(wholeNumber(-1), -1);

/**
 * A scheduler's options, checked and with defaults filled in.
 * @throws MisconfigurationError for an option that is missing, unknown, or has a value that is not allowed
 */
export function resolveOptions<O extends object>(
  scheduler: string,
  optimizer: Optimizer,
  given: unknown,
  rules: OptionRules<O>,
): Required<O> {
  checkOptimizer(scheduler, optimizer);
  const names = Object.keys(rules);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new MisconfigurationError({
      code: 'scheduler-option',
      found: `${scheduler} was given ${show(given)} in place of its options.`,
      allowed: `an object with ${names.join(', ')}`,
    });
  }
  for (const name of Object.keys(given)) if (!names.includes(name)) throw unknownOption(scheduler, name, names);
  const values = Object.entries<OptionRule<unknown>>(rules).map(([name, rule]) => [
    name,
    resolve(scheduler, name, Reflect.get(given, name), rule),
  ]);
  return Object.fromEntries(values) as Required<O>; // each by its own rule
}

/** A value for each group: the given list, or the one value as often. @throws MisconfigurationError when there are not as many */
export function perGroup<V>(scheduler: string, option: string, optimizer: Optimizer, given: V | readonly V[]): V[] {
  const { length } = optimizer.paramGroups;
  const values = Array.isArray(given) ? [...(given as readonly V[])] : Array<V>(length).fill(given as V);
  if (values.length === length) return values;
  throw new MisconfigurationError({
    code: 'scheduler-option',
    found: `${scheduler}: \`${option}\` has ${values.length} values, and the optimizer has ${length} parameter groups.`,
    allowed: 'one value, or one for each group',
  });
}

/** @throws MisconfigurationError for anything but an optimizer of this package */
export function checkOptimizer(scheduler: string, optimizer: unknown): void {
  if (optimizer instanceof Optimizer) return;
  throw new MisconfigurationError({
    code: 'scheduler-optimizer',
    found: `${scheduler} was given ${show(optimizer)} in place of an optimizer.`,
    allowed: 'an optimizer of `optim`',
    fix: `Write new optim.${scheduler}(optimizer, …).`,
  });
}

/** @throws MisconfigurationError when `step` is to go to an epoch that there is not */
export function checkStepEpoch(scheduler: string, epoch: unknown): void {
  if (Number.isFinite(epoch) && Number(epoch) >= 0) return;
  throw new MisconfigurationError({
    code: 'scheduler-step',
    found: `${scheduler}.step was given ${show(epoch)}.`,
    allowed: 'nothing, or the epoch to go to, from 0 up',
  });
}

function resolve(scheduler: string, name: string, value: unknown, rule: OptionRule<unknown>): unknown {
  const { fallback } = rule;
  if (value === undefined || (value === null && fallback === null)) {
    if (fallback !== undefined) return fallback;
    throw new MisconfigurationError({
      code: 'scheduler-option',
      found: `${scheduler} needs \`${name}\`.`,
      allowed: rule.allowed,
    });
  }
  if (rule.accepts(value)) return value;
  throw new MisconfigurationError({
    code: 'scheduler-option',
    found: `${scheduler}: \`${name}\` is ${show(value)}.`,
    allowed: rule.allowed,
  });
}

function unknownOption(scheduler: string, name: string, names: readonly string[]): MisconfigurationError {
  const near = nearest(name, names);
  return new MisconfigurationError({
    code: 'scheduler-option',
    found: `${scheduler} has no option \`${name}\`.`,
    fix: near ? `Did you mean \`${near}\`?` : `It has: ${names.join(', ')}.`,
  });
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `an object of class ${value.constructor?.name ?? '(none)'}`;
  return typeof value === 'function' ? 'a function' : String(value);
}
