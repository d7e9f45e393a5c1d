import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import type { LightningModule } from './lightningModule.js';
import { ModuleHooks } from './moduleHooks.js';

/** A weight of a module and its state-dict name. */
export interface NamedWeight {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** A tfjs layer or model, told by its shape: a user's own copy of tfjs has other classes. */
interface LayerLike {
  readonly name: string;
  readonly built: boolean;
  readonly trainable?: boolean;
  readonly weights: readonly { readonly originalName: string; read(): tf.Tensor }[];
  readonly layers?: readonly LayerLike[];
  build?(): void;
}

/**
 * All weights of a module, found by walking its fields: `tf.Variable`s, tfjs layers and models, nested modules, and lists,
 * Maps and plain objects of these. A name is the dotted path of the walk: `net.0.kernel` is the kernel of the first layer of the
 * field `net`. A weight that is reached twice has the first name.
 * @throws MisconfigurationError for a layer that has no weights yet
 */
export function namedWeights(module: LightningModule): NamedWeight[] {
  return weightsIn(module);
}

/**
 * The same of a part: a layer or model, a module, a variable, or lists, Maps and plain objects of these. Names begin at the part.
 * @throws MisconfigurationError for a layer that has no weights yet
 */
export function weightsIn(part: unknown): NamedWeight[] {
  const found: NamedWeight[] = [];
  const seen = new Set<unknown>();
  const add = (name: string, variable: tf.Variable) => {
    if (seen.has(variable)) return;
    seen.add(variable);
    found.push({ name, variable });
  };
  walk(part, '', seen, add);
  return found;
}

/** The modules that are fields of a module, or stand in its lists, Maps and plain objects. */
export function nestedModules(module: LightningModule): LightningModule[] {
  return children(module)
    .flatMap(([, child]) => (isContainer(child) ? children(child).map(([, inner]) => inner) : [child]))
    .filter(isModule);
}

/** The tensors that a module holds in its fields: not its weights, but what a step stored there. */
export function fieldTensors(module: LightningModule): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  collectFields(module, found);
  return found;
}

/** The field that a module's hyperparameters stand in. */
const HPARAMS = 'hparams';

/** Told apart from a module's state by depth: deeper structures than this are the user's own business. */
const MAX_DEPTH = 4;

/** Asked after each step, and so without a list of entries on the way. */
function collectFields(module: LightningModule, found: tf.Tensor[]): void {
  for (const name of Object.keys(module)) {
    if (name !== HPARAMS) collectTensors(module[name as keyof LightningModule], 0, found);
  }
}

function collectTensors(value: unknown, depth: number, found: tf.Tensor[]): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (value instanceof tf.Tensor) {
    if (!(value instanceof tf.Variable)) found.push(value);
  } else if (isModule(value)) {
    collectFields(value, found);
  } else if (isContainer(value)) {
    const inner = value instanceof Map ? value.values() : Array.isArray(value) ? value : Object.values(value);
    for (const each of inner) collectTensors(each, depth + 1, found);
  }
}

function walk(
  value: unknown,
  path: string,
  seen: Set<unknown>,
  add: (name: string, variable: tf.Variable) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof tf.Variable) {
    add(path, value);
    return;
  }
  if (value instanceof tf.Tensor || seen.has(value)) return;
  if (isLayerLike(value)) {
    seen.add(value);
    for (const [name, variable] of layerWeights(value)) add(`${path}.${name}`, variable);
    return;
  }
  if (!isModule(value) && !isContainer(value)) return;
  seen.add(value);
  for (const [key, child] of children(value)) walk(child, path === '' ? key : `${path}.${key}`, seen, add);
}

/** A model's weights are named by the position of their layer, since tfjs's own names count up over the whole process. */
function* layerWeights(layer: LayerLike): Generator<[string, tf.Variable]> {
  if (layer.layers) {
    // tfjs builds a sequential model when it is first applied, and makes all its weights trainable then: not after a freeze.
    if (!layer.built && layer.layers.length > 0 && layer.layers.every(({ built }) => built)) layer.build?.();
    for (const [index, inner] of layer.layers.entries()) {
      for (const [name, variable] of layerWeights(inner)) yield [`${index}.${name}`, variable];
    }
    return;
  }
  if (!layer.built) {
    throw new MisconfigurationError({
      code: 'layer-not-built',
      found: `Layer '${layer.name}' has no weights yet, because it does not know its input.`,
      fix: 'Give the first layer an inputShape, or call layer.build(inputShape) in the constructor.',
    });
  }
  const used = new Map<string, number>();
  for (const weight of layer.weights) {
    const last = weight.originalName.split('/').at(-1) ?? weight.originalName;
    const count = used.get(last) ?? 0;
    used.set(last, count + 1);
    // A layer weight reads as its variable: LayerVariable.read() hands out the very object.
    const variable = weight.read() as tf.Variable;
    // tfjs forgets to tell the weights of a layer that was made with trainable: false.
    if (layer.trainable === false) variable.trainable = false;
    yield [count === 0 ? last : `${last}_${count}`, variable];
  }
}

function isModule(value: unknown): value is LightningModule {
  // The only class below ModuleHooks is LightningModule; naming that one here would make the two files import each other.
  return value instanceof ModuleHooks;
}

function isLayerLike(value: object): value is LayerLike {
  return 'weights' in value && 'built' in value && 'apply' in value && Array.isArray(value.weights);
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || value instanceof Map) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function children(value: object): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([key, child]) => [String(key), child]);
  // A network among the hyperparameters is the module's only where a field of the module holds it.
  return isModule(value) ? Object.entries(value).filter(([key]) => key !== HPARAMS) : Object.entries(value);
}
