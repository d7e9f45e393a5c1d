import { FieldKeeper, openStepScope } from '../autograd/index.js';
import { fieldTensors, isParameter, type LightningModule, weightsIn } from '../core/index.js';
import * as tf from '../tf.js';
import { countFlops } from './flops.js';
import { isLayer, type LayerLike, type ModulePart, partsOf } from './moduleParts.js';

/** What is told of one part of a module. */
export interface PartSummary {
  readonly name: string;
  readonly type: string;
  readonly params: number;
  readonly training: boolean;
  readonly flops: number;
  /** Shapes as text, `?` for a part that was not used, and without an example input. */
  readonly inSize: string;
  readonly outSize: string;
}

/** What is told of a module. */
export interface ModuleSummary {
  readonly parts: readonly PartSummary[];
  /** Parameters outside of layers and modules. */
  readonly otherParams: number;
  readonly totalParams: number;
  readonly trainableParams: number;
  /** Of the parameters as 32-bit floats. */
  readonly megabytes: number;
  readonly trainingParts: number;
  readonly evaluationParts: number;
  /** 0 without an example input. */
  readonly flops: number;
  readonly hasExample: boolean;
}

const UNKNOWN = '?';

/** What one call of a layer took and gave. */
interface Call {
  /** An input of the same shapes; the real one is gone by the time it is asked for. */
  readonly makeInput: () => unknown;
  readonly inSize: string;
  readonly outSize: string;
}

/**
 * Layers of a module with their parameters, and with sizes and operations where the module has an `exampleInputArray`: the module is
 * then run with it twice, in evaluation mode. Source: PyTorch Lightning, `utilities/model_summary/model_summary.py`.
 * @param maxDepth levels of parts inside parts; -1 all
 */
export async function summarizeModule(module: LightningModule, maxDepth: number): Promise<ModuleSummary> {
  const all = partsOf(module);
  const shown = maxDepth === 0 ? [] : all.filter(({ name }) => maxDepth === -1 || name.split('.').length <= maxDepth);
  const parameters = parametersIn(module);
  const totalParams = sizeOf(parameters);
  const seen = await tryOut(module, all);
  // Shared parameters count where they are first.
  const topLevel = all.filter(({ name }) => !name.includes('.'));
  const inParts = sizeOf(new Set(topLevel.flatMap(({ value }) => parametersIn(value))));
  return {
    parts: shown.map((part) => summaryOf(part, all, seen)),
    otherParams: maxDepth === 0 ? 0 : totalParams - inParts,
    totalParams,
    trainableParams: sizeOf(parameters.filter(({ trainable }) => trainable)),
    megabytes: (totalParams * 4) / 1e6,
    trainingParts: all.filter(({ training }) => training).length,
    evaluationParts: all.filter(({ training }) => !training).length,
    flops: seen.total,
    hasExample: exampleOf(module) !== undefined,
  };
}

interface Trial {
  readonly calls: ReadonlyMap<object, Call>;
  readonly flops: ReadonlyMap<object, number>;
  readonly total: number;
}

function summaryOf(part: ModulePart, all: readonly ModulePart[], { calls, flops }: Trial): PartSummary {
  const inside = all.filter(({ name }) => name === part.name || name.startsWith(`${part.name}.`));
  const call = calls.get(part.value);
  return {
    name: part.name,
    type: part.type,
    params: sizeOf(parametersIn(part.value)),
    training: part.training,
    flops: inside.reduce((sum, { value }) => sum + (flops.get(value) ?? 0), 0),
    inSize: call?.inSize ?? UNKNOWN,
    outSize: call?.outSize ?? UNKNOWN,
  };
}

/** Runs the example through the module and notes what each layer took and gave. */
async function tryOut(module: LightningModule, parts: readonly ModulePart[]): Promise<Trial> {
  const calls = new Map<object, Call>();
  const flops = new Map<object, number>();
  const example = exampleOf(module);
  if (example === undefined) return { calls, flops, total: 0 };
  const wasTraining = module.training;
  const inner = parts.map(({ value }) => value).filter((value) => isLayer(value));
  const forward = () => Reflect.apply(module.forward, module, argumentsOf(example));
  using _scope = openStepScope([], new FieldKeeper(() => fieldTensors(module)));
  module.eval();
  try {
    const release = inner.map((layer) => watch(layer, calls));
    try {
      await forward();
    } finally {
      for (const undo of release) undo();
    }
    for (const layer of inner.filter(({ layers }) => !layers)) {
      const call = calls.get(layer);
      if (call) flops.set(layer, await countFlops(() => layer.apply(call.makeInput())));
    }
    return { calls, flops, total: await countFlops(forward) };
  } finally {
    module.train(wasTraining);
  }
}

/** Notes a layer's first call. Returns what ends that. */
function watch(layer: LayerLike, calls: Map<object, Call>): () => void {
  const { apply } = layer;
  const watching = function (this: LayerLike, input: unknown, options?: unknown): unknown {
    const output = apply.call(this, input, options);
    if (!calls.has(layer))
      calls.set(layer, { makeInput: blankOf(input), inSize: shapeOf(input), outSize: shapeOf(output) });
    return output;
  };
  Object.defineProperty(layer, 'apply', { value: watching, configurable: true, writable: true });
  return () => Reflect.deleteProperty(layer, 'apply');
}

function exampleOf(module: LightningModule): unknown {
  return module.exampleInputArray ?? undefined;
}

/** A list is the arguments of forward. */
function argumentsOf(example: unknown): unknown[] {
  return Array.isArray(example) ? example : [example];
}

function blankOf(value: unknown): () => unknown {
  if (Array.isArray(value)) {
    const makers = value.map(blankOf);
    return () => makers.map((make) => make());
  }
  if (!(value instanceof tf.Tensor)) return () => value;
  const { shape, dtype } = value;
  return () => tf.zeros([...shape], dtype);
}

function shapeOf(value: unknown): string {
  if (value instanceof tf.Tensor) return `[${value.shape.join(', ')}]`;
  if (!Array.isArray(value)) return UNKNOWN;
  return value.length === 1 ? shapeOf(value[0]) : `[${value.map(shapeOf).join(', ')}]`;
}

/** Weights that learn, or could: those of layers that are fixed, too, but no running statistics. */
function parametersIn(part: object): tf.Variable[] {
  return weightsIn(part)
    .filter(({ name, variable }) => isParameter(variable) || !STATISTIC.test(name))
    .map(({ variable }) => variable);
}

const STATISTIC = /(^|\.)(running|moving)_?(mean|var|variance)$/i;

function sizeOf(variables: Iterable<tf.Variable>): number {
  return [...variables].reduce((sum, { size }) => sum + size, 0);
}
