import { MisconfigurationError } from '../errors/index.js';

/** A module's hyperparameters: a plain object of values that a file can hold. */
export type HParams = Readonly<Record<string, unknown>>;

/**
 * A deep, plain copy for files: functions, tensors and other live objects are left out.
 * @throws MisconfigurationError when `given` is not an object.
 */
export function toPlainHyperparameters(given: unknown): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new MisconfigurationError({
      code: 'hyperparameters',
      found: `saveHyperparameters was given ${given === null ? 'null' : Array.isArray(given) ? 'a list' : `a ${typeof given}`}.`,
      allowed: 'an object such as { lr: 0.001, hidden: 64 }',
      fix: 'Put the values into one object: this.saveHyperparameters({ lr }).',
    });
  }
  return plainObject(given);
}

function plainObject(given: object): Record<string, unknown> {
  const entries = Object.entries(given)
    .map(([key, value]) => [key, plain(value)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function plain(value: unknown): unknown {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((element) => plain(element) ?? null);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? plainObject(value) : undefined;
}
