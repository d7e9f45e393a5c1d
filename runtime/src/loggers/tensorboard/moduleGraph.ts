import type { LightningModule } from '../../core/index.js';
import * as tf from '../../tf.js';
import { type Applicable, traceForward } from './forwardTrace.js';
import type { GraphNode } from './messages.js';

/** A tfjs layer or model, told by its shape: a user's own copy of tfjs has other classes. */
interface LayerLike extends Applicable {
  readonly name: string;
  readonly weights: readonly { readonly originalName: string; readonly shape: readonly (number | null)[] }[];
  readonly layers?: readonly LayerLike[];
  readonly inboundNodes?: readonly { readonly inboundLayers?: readonly LayerLike[] }[];
  readonly outputShape?: unknown;
  getClassName?(): string;
}

/**
 * The layers of a module as nodes in scopes: a field is a scope, a model inside it another. Within a tfjs model the edges are those
 * of the model; those between fields, and the operations there, are what `forward` does with the module's `exampleInputArray`, and are not
 * drawn without one.
 */
export function moduleGraph(module: LightningModule): GraphNode[] {
  const parts = new Map<object, string>();
  const scope = module.constructor.name;
  walk(module, scope, parts, new Set());
  const layers = [...parts].filter((part): part is [LayerLike, string] => isLayer(part[0]));
  const variables = [...parts].filter((part): part is [tf.Variable, string] => part[0] instanceof tf.Variable);
  const outputs = new Map(layers.map(([layer, name]) => [layer, outputOf(layer, name)]));
  const trace = traceForward(module, scope, outputs, new Map(variables));
  const nodes: GraphNode[] = variables.map(([{ shape }, name]) => ({ name, op: 'Variable', inputs: [], shape }));
  for (const [layer, name] of layers) addLayer(layer, name, trace.reads.get(layer) ?? [], nodes);
  return [...nodes, ...trace.nodes];
}

/** Finds layers, models and variables, with their paths. */
function walk(value: unknown, path: string, parts: Map<object, string>, seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof tf.Variable || isLayer(value)) parts.set(value, path);
  else if (value instanceof tf.Tensor) return;
  else if (isModule(value) || isContainer(value)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    for (const [key, child] of entries) walk(child, `${path}/${scopeName(String(key))}`, parts, seen);
  }
}

/** The node that a layer's output comes from: of a model, that of its last layer. */
function outputOf(layer: LayerLike, name: string): string {
  const last = layer.layers?.at(-1);
  return last ? outputOf(last, `${name}/${scopeName(last.name)}`) : name;
}

function addLayer(layer: LayerLike, name: string, inputs: readonly string[], nodes: GraphNode[]): void {
  if (layer.layers) {
    addModel(layer, layer.layers, name, inputs, nodes);
    return;
  }
  const weights = layer.weights.map(({ originalName, shape }) => [
    originalName.split('/').at(-1) ?? originalName,
    JSON.stringify(shape),
  ]);
  nodes.push({
    name,
    op: layer.getClassName?.() ?? 'Layer',
    inputs,
    shape: shapeOf(layer),
    attributes: Object.fromEntries(weights),
  });
}

function addModel(
  model: LayerLike,
  layers: readonly LayerLike[],
  scope: string,
  inputs: readonly string[],
  nodes: GraphNode[],
): void {
  const nameOf = (layer: LayerLike) => `${scope}/${scopeName(layer.name)}`;
  const own = new Set(layers);
  const outside = new Set<string>();
  for (const layer of layers) {
    const before = layer.inboundNodes?.flatMap(({ inboundLayers }) => inboundLayers ?? []) ?? [];
    const read = before.map((source) => {
      const name = nameOf(source);
      // A sequential model does not count its input among its layers.
      if (!own.has(source) && !outside.has(name)) {
        outside.add(name);
        nodes.push({ name, op: 'InputLayer', inputs, shape: shapeOf(source) });
      }
      return outputOf(source, name);
    });
    addLayer(layer, nameOf(layer), read.length === 0 ? inputs : [...new Set(read)], nodes);
  }
  if (layers.length === 0) nodes.push({ name: scope, op: model.getClassName?.() ?? 'Model', inputs });
}

/** Undefined for a layer that stands in no model: tfjs knows shapes of those only. */
function shapeOf(layer: LayerLike): (number | null)[] | undefined {
  if (!layer.inboundNodes || layer.inboundNodes.length === 0) return undefined;
  const { outputShape } = layer;
  return Array.isArray(outputShape) && !outputShape.some(Array.isArray) ? outputShape : undefined;
}

/** What TensorBoard allows in a scope's name. */
function scopeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.\\-]/g, '_');
}

function isLayer(value: object): value is LayerLike {
  return 'weights' in value && 'built' in value && 'apply' in value && Array.isArray(value.weights);
}

function isModule(value: object): boolean {
  return 'namedWeights' in value && typeof value.namedWeights === 'function';
}

function isContainer(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
