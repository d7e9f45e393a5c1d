import { LightningModule } from '../core/index.js';
import * as tf from '../tf.js';

/** The running mean and variance of a batch normalization, and how fast they move. */
export interface RunningStatistics {
  readonly mean: tf.Variable;
  readonly variance: tf.Variable;
  /** Lets the next batch count this much, from 0 to 1. */
  setShare(share: number): void;
  /** Takes {@link setShare} back. */
  restore(): void;
}

/** A tfjs layer or model, told by its shape: a user's own copy of tfjs has other classes. */
interface LayerLike {
  readonly layers?: readonly unknown[];
  getClassName(): string;
}

interface LayerWeight {
  read(): tf.Variable;
}

const MEANS = ['runningMean', 'running_mean'];
const VARIANCES = ['runningVar', 'running_var'];

/**
 * The batch normalizations of a module: tfjs's layers, and objects or modules of one's own that hold `runningMean`, `runningVar`
 * and, as a number beside them, the `momentum` that they pass on.
 */
export function findRunningStatistics(module: LightningModule): RunningStatistics[] {
  const found: RunningStatistics[] = [];
  walk(module, new Set(), found);
  return found;
}

function walk(value: unknown, seen: Set<object>, found: RunningStatistics[]): void {
  if (typeof value !== 'object' || value === null || value instanceof tf.Tensor || seen.has(value)) return;
  seen.add(value);
  if (isLayer(value)) {
    const statistics = ofLayer(value);
    if (statistics) found.push(statistics);
    for (const inner of value.layers ?? []) walk(inner, seen, found);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain && !Array.isArray(value) && !(value instanceof Map) && !(value instanceof LightningModule)) return;
  const statistics = ofObject(value);
  if (statistics) found.push(statistics);
  for (const child of value instanceof Map ? value.values() : Object.values(value)) walk(child, seen, found);
}

function isLayer(value: object): value is LayerLike {
  return 'getClassName' in value && 'weights' in value && 'apply' in value;
}

function ofLayer(layer: LayerLike): RunningStatistics | undefined {
  if (layer.getClassName() !== 'BatchNormalization') return undefined;
  const [mean, variance] = ['movingMean', 'movingVariance'].map((name) => Reflect.get(layer, name) as LayerWeight); // by its class
  if (!mean || !variance) return undefined; // not built
  // Keras counts what stays.
  return statisticsOf(layer, mean.read(), variance.read(), (share) => 1 - share);
}

function ofObject(owner: object): RunningStatistics | undefined {
  const [mean, variance] = [MEANS, VARIANCES].map((names) =>
    names.map((name) => Reflect.get(owner, name)).find(Boolean),
  );
  if (!(mean instanceof tf.Variable) || !(variance instanceof tf.Variable)) return undefined;
  if (typeof Reflect.get(owner, 'momentum') === 'number') return statisticsOf(owner, mean, variance, (share) => share);
  process.emitWarning(
    'There are a runningMean and a runningVar without a `momentum` beside them: they cannot be computed anew for averaged weights.',
  );
  return undefined;
}

function statisticsOf(
  owner: object,
  mean: tf.Variable,
  variance: tf.Variable,
  toMomentum: (share: number) => number,
): RunningStatistics {
  const before: unknown = Reflect.get(owner, 'momentum');
  return {
    mean,
    variance,
    setShare: (share) => Reflect.set(owner, 'momentum', toMomentum(share)),
    restore: () => Reflect.set(owner, 'momentum', before),
  };
}
