import { FieldKeeper, observeKernels, openStepScope, tensorsOf } from '../../autograd/index.js';
import { fieldTensors, type LightningModule } from '../../core/index.js';
import type * as tf from '../../tf.js';
import type { GraphNode } from './messages.js';

/** What forward can apply: a tfjs layer or model. */
export interface Applicable {
  apply(input: unknown, options?: unknown): unknown;
}

/** What forward does with the module's parts. */
export interface ForwardTrace {
  /** Names of the nodes whose outputs a layer or model is applied to. */
  readonly reads: ReadonlyMap<object, readonly string[]>;
  /** The example's tensors, and the operations that stand between the layers. */
  readonly nodes: readonly GraphNode[];
}

/** A named part of the module. @param Part what it is */
type Named<Part> = ReadonlyMap<Part, string>;

/**
 * Runs `forward` on the module's `exampleInputArray` and notes who reads what. Nothing where there is no example, or forward is
 * asynchronous.
 * @param scope what the names of new nodes begin with
 * @param layers with the name of the node that each one's output comes from
 */
export function traceForward(
  module: LightningModule,
  scope: string,
  layers: Named<Applicable>,
  variables: Named<tf.Variable>,
): ForwardTrace {
  const tracer = new Tracer(scope);
  const { exampleInputArray: example, training } = module;
  if (example === undefined || example === null || isAsync(module.forward)) return tracer;
  const inputs = Array.isArray(example) ? example : [example]; // a list is the arguments of forward
  for (const [variable, name] of variables) tracer.makes(variable, name);
  for (const tensor of tensorsOf(inputs)) tracer.addNode('input', 'Placeholder', [], [tensor]);
  using _scope = openStepScope([], new FieldKeeper(() => fieldTensors(module)));
  const release = [...layers].map(([layer, name]) => tracer.watch(layer, name));
  module.eval();
  try {
    using _kernels = observeKernels({
      begin: () => tracer.enter(),
      failed: () => tracer.leave(),
      end({ name, inputs: read, outputs }) {
        tracer.leave();
        tracer.addOperation(name, read, outputs);
      },
    });
    Reflect.apply(module.forward, module, inputs);
  } catch (error) {
    process.emitWarning(
      `The graph of ${module.constructor.name} lacks edges: forward failed on exampleInputArray: ${String(error)}`,
    );
  } finally {
    for (const undo of release) undo();
    module.train(training);
  }
  return tracer;
}

class Tracer implements ForwardTrace {
  readonly reads = new Map<object, readonly string[]>();
  readonly nodes: GraphNode[] = [];
  readonly #scope: string;
  /** Names of nodes, by the number of a tensor that they made. */
  readonly #makers = new Map<number, string>();
  readonly #counts = new Map<string, number>();
  /** Above 0 inside of a layer or an operation, whose own operations are its own affair. */
  #depth = 0;

  constructor(scope: string) {
    this.#scope = scope;
  }

  enter(): void {
    this.#depth++;
  }

  leave(): void {
    this.#depth--;
  }

  /** A tensor is a node's output from now on. */
  makes(tensor: tf.Tensor, name: string): void {
    this.#makers.set(tensor.id, name);
  }

  /** Follows a layer's calls. Returns what ends that. */
  watch(layer: Applicable, name: string): () => void {
    const { apply } = layer;
    const watching = (input: unknown, options?: unknown): unknown => {
      if (this.#depth > 0) return apply.call(layer, input, options);
      this.reads.set(layer, [...new Set([...(this.reads.get(layer) ?? []), ...this.#namesOf(tensorsOf(input))])]);
      this.enter();
      try {
        const output = apply.call(layer, input, options);
        for (const tensor of tensorsOf(output)) this.makes(tensor, name);
        return output;
      } finally {
        this.leave();
      }
    };
    Object.defineProperty(layer, 'apply', { value: watching, configurable: true, writable: true });
    return () => Reflect.deleteProperty(layer, 'apply');
  }

  /** An operation outside of all layers; one that reads nothing of the module's makes a constant, which is not drawn. */
  addOperation(kernel: string, inputs: readonly tf.Tensor[], outputs: readonly tf.Tensor[]): void {
    const read = this.#namesOf(inputs);
    if (this.#depth === 0 && read.length > 0) this.addNode(kernel, kernel, read, outputs);
  }

  addNode(title: string, op: string, inputs: readonly string[], outputs: readonly tf.Tensor[]): void {
    const count = this.#counts.get(title) ?? 0;
    this.#counts.set(title, count + 1);
    const name = `${this.#scope}/${title}${count === 0 ? '' : `_${count}`}`;
    this.nodes.push({ name, op, inputs, shape: outputs[0]?.shape });
    for (const tensor of outputs) this.makes(tensor, name);
  }

  #namesOf(tensors: readonly tf.Tensor[]): string[] {
    return [...new Set(tensors.flatMap(({ id }) => this.#makers.get(id) ?? []))];
  }
}

function isAsync(forward: object): boolean {
  return forward.constructor.name === 'AsyncFunction';
}
