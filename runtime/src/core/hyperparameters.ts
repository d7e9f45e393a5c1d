import { MisconfigurationError, nearest } from '../errors/index.js';

/** A module's hyperparameters: a plain object of values that a file can hold. */
export type HParams = Readonly<Record<string, unknown>>;

/** How `saveHyperparameters` keeps what it is given. */
export interface SaveHyperparametersOptions<H extends object = object> {
  /**
   * Names that go neither into checkpoints nor to loggers, such as that of a network that was handed in: `loadFromCheckpoint` has to be
   * given them again. Also those are left out that a base class saved.
   */
  ignore?: (keyof H & string) | readonly (keyof H & string)[];
  /** False: loggers do not hear of them. Default true. */
  logger?: boolean;
}

/** What one object with hyperparameters saved, over all calls of the constructors of its class and their bases. */
interface Saved {
  readonly hparams: object;
  readonly initial: HParams;
}

const unlogged = new WeakSet<object>();
/** Reading an object in order to save it tells nothing about what its owner does with it: see `probeHyperparameters`. */
let readsToSave = 0;

/** True while `saveHyperparameters` reads what it was given. */
export function isSavingHyperparameters(): boolean {
  return readsToSave > 0;
}

/** False for an owner that saved its hyperparameters with `logger: false`. */
export function areHyperparametersLogged(owner: object): boolean {
  return !unlogged.has(owner);
}

/**
 * What an owner has after saving more hyperparameters. Those of a base class stay beside them; a single call keeps the very object.
 * @throws MisconfigurationError when `given` is not an object, and for an option that does not exist
 */
export function addHyperparameters<H extends object>(
  owner: object,
  before: Saved,
  given: H,
  options: SaveHyperparametersOptions<H> = {},
): Saved {
  const unknown = Object.keys(options).find((name) => !['ignore', 'logger'].includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, ['ignore', 'logger']);
    throw new MisconfigurationError({
      code: 'option-name',
      found: `saveHyperparameters has no option \`${unknown}\`.`,
      allowed: 'ignore, logger',
      fix: near && `Did you mean \`${near}\`?`,
    });
  }
  const { ignore = [], logger = true } = options;
  const ignored: ReadonlySet<string> = new Set([ignore].flat());
  readsToSave++;
  try {
    const initial = without(toPlainHyperparameters(given, owner.constructor.name, ignored), ignored);
    if (logger) unlogged.delete(owner);
    else unlogged.add(owner);
    if (Object.keys(before.initial).length === 0) return { hparams: given, initial };
    return { hparams: { ...before.hparams, ...given }, initial: { ...without(before.initial, ignored), ...initial } };
  } finally {
    readsToSave--;
  }
}

function without(values: HParams, names: ReadonlySet<string>): HParams {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
}

/** A deep, plain copy for files: functions, tensors and other live objects are left out, with a warning that names them. */
function toPlainHyperparameters(given: unknown, owner: string, ignored: ReadonlySet<string>): HParams {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new MisconfigurationError({
      code: 'hyperparameters',
      found: `saveHyperparameters was given ${given === null ? 'null' : Array.isArray(given) ? 'a list' : `a ${typeof given}`}.`,
      allowed: 'an object such as { lr: 0.001, hidden: 64 }',
      fix: 'Put the values into one object: this.saveHyperparameters({ lr }).',
    });
  }
  const copy = plainObject(given);
  const lost = Object.entries(given)
    .filter(([name, value]) => value !== undefined && copy[name] === undefined && !ignored.has(name))
    .map(([name]) => name);
  if (lost.length > 0) {
    process.emitWarning(
      `${owner} saves hyperparameters that no file can hold, and that are left out: ${lost.join(', ')}. Say so: saveHyperparameters(hparams, { ignore: [${lost.map((name) => `'${name}'`).join(', ')}] }).`,
    );
  }
  return copy;
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
