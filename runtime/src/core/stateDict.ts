import type { TensorData } from '../checkpoint/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import * as tf from '../tf.js';
import type { NamedWeight } from './parameters.js';

/** Weights by name, on the host. */
export type StateDict = Readonly<Record<string, TensorData>>;

/** A tensor's values as a checkpoint takes them: a copy on the host, or what stands in for one. */
export type ReadTensor = (tensor: tf.Tensor) => TensorData | Promise<TensorData>;

/** Copies weights to the host. @param read default {@link readTensor} */
export async function readWeights(weights: readonly NamedWeight[], read: ReadTensor = readTensor): Promise<StateDict> {
  const entries = weights.map(async ({ name, variable }) => [name, await read(variable)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** A host copy of one tensor. @throws MisconfigurationError for text and complex numbers */
export async function readTensor(tensor: tf.Tensor): Promise<TensorData> {
  const { dtype, shape } = tensor;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new MisconfigurationError({
      code: 'checkpoint-dtype',
      found: `A tensor of dtype ${dtype} cannot be stored in a checkpoint.`,
      allowed: 'float32, int32, bool',
    });
  }
  return { dtype, shape: [...shape], data: await tensor.data() };
}

/**
 * Assigns values to weights, all or none.
 * @throws MisconfigurationError listing every name or shape that does not fit
 */
export function loadWeights(weights: readonly NamedWeight[], state: StateDict, strict: boolean, owner: string): void {
  const missing = weights.filter(({ name }) => !Object.hasOwn(state, name)).map(({ name }) => name);
  const names = new Set(weights.map(({ name }) => name));
  const unexpected = Object.keys(state).filter((name) => !names.has(name));
  const misfits = weights.flatMap(({ name, variable }) => misfit(name, variable, state[name]));
  const faults = [
    ...(strict && missing.length > 0 ? [`missing: ${list(missing)}`] : []),
    ...(strict && unexpected.length > 0 ? [`unexpected: ${list(unexpected)}`] : []),
    ...(strict ? renamed(missing, unexpected) : []),
    ...misfits,
  ];
  if (faults.length > 0) {
    throw new MisconfigurationError({
      code: 'state-dict',
      found: `The weights do not fit ${owner}: ${faults.join('; ')}.`,
      fix: 'Was the module built with the same layers and hyperparameters as the one that was saved?',
    });
  }
  for (const { name, variable } of weights) {
    const value = state[name];
    if (value) assignWeight(variable, value);
  }
}

function misfit(name: string, variable: tf.Variable, value: TensorData | undefined): string[] {
  if (!value) return [];
  const [wanted, found] = [`${variable.dtype}[${variable.shape}]`, `${value.dtype}[${value.shape}]`];
  return wanted === found ? [] : [`${name} is ${wanted} here and ${found} there`];
}

/** Names on both sides that may be the same weight: a field that was renamed, a torch module's name. */
function renamed(missing: readonly string[], unexpected: readonly string[]): string[] {
  const pairs = missing.flatMap((name) => {
    const near = nearest(name, unexpected);
    return near === undefined ? [] : [`${near} for ${name}`];
  });
  return pairs.length > 0 ? [`perhaps ${list(pairs)}`] : [];
}

function assignWeight(variable: tf.Variable, value: TensorData): void {
  tf.tidy(() => variable.assign(tf.tensor(value.data, [...value.shape], value.dtype)));
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
