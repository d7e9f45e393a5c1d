import { nearest } from '../errors/index.js';
import type { ConfigNode } from './config/configTree.js';
import { configuredValues } from './config/hyperparameters.js';
import { UsageError } from './errors.js';
import type { Creatable } from './findClasses.js';
import type { GivenValue } from './values.js';

type Values = Readonly<Record<string, unknown>>;

/** A class and what the command line says of its hyperparameters. */
export interface CreateRequest<Instance> {
  readonly type: Creatable<Instance>;
  /** `model` or `data`, as in `--model.lr`. */
  readonly group: 'model' | 'data';
  /** By dotted path. */
  readonly given: ReadonlyMap<string, GivenValue>;
  /** From configuration files; what is given wins. */
  readonly config?: ConfigNode | undefined;
  /** Runs something so that the random numbers drawn by it are drawn again afterwards. */
  isolateRng<Result>(work: () => Result): Promise<Result>;
}

/**
 * Creates a module with its own defaults, overridden by what was given. The constructor's one parameter is taken to be the
 * hyperparameters: `constructor(readonly hparams = { lr: 1e-3 })`.
 * @throws UsageError for a hyperparameter that it has not, or of another type than its default; whatever the constructor throws
 */
export async function createInstance<Instance extends object>(request: CreateRequest<Instance>): Promise<Instance> {
  const { type, group, given, config, isolateRng } = request;
  if (given.size === 0 && !config) return new type();
  // A parameter without default: there is nothing to learn, and without it the constructor could fail.
  if (type.length > 0) return new type(fromPaths(new Map([...configuredValues(config, undefined), ...given])));
  // Weights must not depend on whether an option was given.
  const learner = await isolateRng(() => new type());
  const defaults = hparamsOf(learner);
  free(learner);
  const all = new Map([...configuredValues(config, defaults), ...given]);
  return new type(mergeHyperparameters(type.name, group, defaults, all));
}

/** An instance that was made to learn its defaults has weights too. */
function free(instance: object): void {
  const dispose: unknown = Reflect.get(instance, 'dispose');
  if (typeof dispose !== 'function') return;
  try {
    dispose.call(instance);
  } catch {
    // A layer without weights yet cannot be freed, and has nothing to free.
  }
}

/**
 * Defaults with the given values in their places.
 * @throws UsageError see {@link createInstance}
 */
export function mergeHyperparameters(
  className: string,
  group: string,
  defaults: Values,
  given: ReadonlyMap<string, GivenValue>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...defaults };
  const faults: UsageError[] = [];
  for (const [path, value] of given) {
    const fault = setAt(merged, path, value, { className, group, defaults });
    if (fault) faults.push(fault);
  }
  const [first, ...more] = faults;
  if (!first) return merged;
  // All at once: who corrects a file wants to know of every line.
  if (more.length === 0) throw first;
  throw new UsageError({ code: first.code, found: faults.map(({ message }) => message).join('\n') });
}

interface Owner {
  readonly className: string;
  readonly group: string;
  readonly defaults: Values;
}

function setAt(merged: Record<string, unknown>, path: string, given: GivenValue, owner: Owner): UsageError | undefined {
  const keys = path.split('.');
  const last = keys.pop() as string; // split gives at least one
  let target = merged;
  for (const key of keys) {
    if (!isValues(target[key])) return unknown(owner, path, given);
    const inner: Record<string, unknown> = { ...target[key] };
    target[key] = inner;
    target = inner;
  }
  if (!Object.hasOwn(target, last)) return unknown(owner, path, given);
  const value = valueLike(target[last], given, `${owner.group}.${path}`);
  if (value instanceof UsageError) return value;
  target[last] = value;
  return undefined;
}

function valueLike(example: unknown, { raw, value, place }: GivenValue, option: string): unknown {
  if (example === null || example === undefined) return value;
  // `--model.name 3` names a model "3".
  if (typeof example === 'string') return typeof value === 'string' ? value : raw;
  const [wanted, found] = [kindOf(example), kindOf(value)];
  if (wanted !== found) {
    return new UsageError({
      code: 'hyperparameter-type',
      found:
        place === undefined ? `\`--${option}\` is ${raw}, ${found}.` : `${place}: \`${option}\` is ${raw}, ${found}.`,
      allowed: `${wanted}, as its default ${JSON.stringify(example)}`,
    });
  }
  return isValues(example) && isValues(value) ? { ...example, ...value } : value;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  const names: Readonly<Record<string, string>> = {
    number: 'a number',
    boolean: 'true or false',
    string: 'text',
    object: 'an object',
  };
  return names[typeof value] ?? typeof value;
}

function unknown({ className, group, defaults }: Owner, path: string, { place }: GivenValue): UsageError {
  const [before, prefix] = place === undefined ? ['', `--${group}.`] : [`${place}: `, ''];
  const names = pathsOf(defaults);
  const near = nearest(path, names);
  const none = `Its constructor has no hyperparameters with defaults, as in constructor(readonly hparams = { ${path}: … }).`;
  return new UsageError({
    code: 'unknown-hyperparameter',
    found: `${before}${className} has no hyperparameter \`${path}\`.`,
    fix: near ? `Did you mean \`${prefix}${near}\`?` : names.length > 0 ? `It has: ${names.join(', ')}.` : none,
  });
}

function pathsOf(values: Values, before = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) => [
    before + key,
    ...(isValues(value) ? pathsOf(value, `${before}${key}.`) : []),
  ]);
}

function fromPaths(given: ReadonlyMap<string, GivenValue>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [path, { value }] of given) {
    const keys = path.split('.');
    const last = keys.pop() as string; // split gives at least one
    let target = values;
    for (const key of keys) {
      const inner = isValues(target[key]) ? { ...target[key] } : {};
      target[key] = inner;
      target = inner;
    }
    target[last] = value;
  }
  return values;
}

/** The hyperparameters that an instance has. */
export function hparamsOf(instance: object): Values {
  const hparams: unknown = Reflect.get(instance, 'hparams');
  return isValues(hparams) ? hparams : {};
}

function isValues(value: unknown): value is Values {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
