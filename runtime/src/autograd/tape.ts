import { MisconfigurationError, RunError } from '../errors/index.js';
import * as tf from '../tf.js';
import { checkGradient } from './anomaly.js';
import { type EngineInternals, engineInternals, type TapeNode } from './engineInternals.js';
import { accumulateGradient } from './gradients.js';
import { shareSavedTensors } from './sharedSaves.js';

/**
 * The record of a step's operations, from which gradients are computed. It is tfjs's own record, held open by us: across
 * awaits, and for as many losses as the step has.
 */
export class Tape implements Disposable {
  readonly #engine: EngineInternals = engineInternals();
  readonly #outer: readonly TapeNode[] | null;
  readonly #nodes: TapeNode[] = [];
  #open = true;

  constructor() {
    shareSavedTensors();
    this.#outer = this.#engine.state.activeTape;
    this.#engine.state.activeTape = this.#nodes;
    this.#engine.state.gradientDepth++;
    current = this;
  }

  /**
   * Adds the gradients of `loss` to every trainable variable that it depends on.
   * @throws MisconfigurationError when it depends on none, or through an operation without a gradient
   */
  backward(loss: tf.Scalar): void {
    const { state } = this.#engine;
    // What backward computes is not recorded.
    const depth = state.gradientDepth;
    state.gradientDepth = 0;
    try {
      differentiate(this.#nodes, loss);
    } finally {
      state.gradientDepth = depth;
    }
  }

  /** Ends the recording and frees what was kept for gradients. Harmless when done already. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    for (const { saved } of this.#nodes) for (const tensor of saved ?? []) tensor.dispose();
    this.#engine.state.gradientDepth--;
    this.#engine.state.activeTape = this.#outer as TapeNode[] | null; // ours to hand back as we found it
    current = undefined;
  }
}

let current: Tape | undefined;

/** Begins to record; the caller disposes the tape. */
export function openTape(): Tape {
  return new Tape();
}

/**
 * Gradients of a loss that was computed on the open tape.
 * @throws RunError when no tape is open
 */
export function backward(loss: tf.Scalar): void {
  if (!current) {
    throw new RunError({
      code: 'no-tape',
      found: 'backward was called where nothing is recorded.',
      allowed: 'inside trainingStep; with the option `inferenceMode: false` also in validation, test and prediction',
      fix: 'Compute the loss inside the step and call backward there.',
    });
  }
  current.backward(loss);
}

function differentiate(nodes: readonly TapeNode[], loss: tf.Scalar): void {
  const parameters = new Map<number, tf.Variable>();
  const reached = markReached(nodes, parameters);
  if (!reached.has(loss.id)) {
    throw new MisconfigurationError({
      code: 'loss-without-gradient',
      found: 'The loss depends on no trainable parameter.',
      fix: 'Compute it from the output of the module’s layers, with tfjs operations only: values read by data() or dataSync() lose their gradient.',
    });
  }
  const gradients = new Map<number, tf.Tensor>([[loss.id, tf.onesLike(loss)]]);
  try {
    for (let index = nodes.length - 1; index >= 0; index--) visit(nodes[index] as TapeNode, gradients, reached);
    for (const [id, parameter] of parameters) {
      const gradient = gradients.get(id);
      if (!gradient) continue;
      gradients.delete(id);
      accumulateGradient(parameter, tf.keep(gradient));
    }
  } finally {
    for (const gradient of gradients.values()) gradient.dispose();
  }
}

/** The ids of all tensors that depend on a trainable variable; fills in these variables. */
function markReached(nodes: readonly TapeNode[], parameters: Map<number, tf.Variable>): Set<number> {
  const reached = new Set<number>();
  for (const { inputs, outputs } of nodes) {
    let depends = false;
    for (const name in inputs) {
      const input = inputs[name];
      if (!input) continue;
      if (reached.has(input.id)) {
        depends = true;
      } else if (input instanceof tf.Variable && input.trainable) {
        reached.add(input.id);
        parameters.set(input.id, input);
        depends = true;
      }
    }
    if (depends) for (const output of outputs) reached.add(output.id);
  }
  return reached;
}

/** Passes the gradients of a node's outputs on to its inputs. */
function visit(node: TapeNode, gradients: Map<number, tf.Tensor>, reached: ReadonlySet<number>): void {
  const dys = node.outputs.map((output) => gradients.get(output.id));
  if (dys.every((dy) => dy === undefined)) return;
  if (!node.gradient) {
    throw new MisconfigurationError({
      code: 'no-gradient',
      found: `The loss depends on the parameters through '${node.kernelName}', which has no gradient.`,
      fix: 'Use another operation, or give it a gradient with tf.customGrad.',
    });
  }
  const passed = tf.tidy(() => inputGradients(node, dys, reached));
  for (const [input, gradient] of passed) {
    const before = gradients.get(input);
    if (before) {
      gradients.set(input, tf.add(before, gradient));
      before.dispose();
      gradient.dispose();
    } else {
      gradients.set(input, gradient);
    }
  }
  for (const [index, output] of node.outputs.entries()) {
    dys[index]?.dispose();
    gradients.delete(output.id);
  }
}

/** Numbers that a loss can change with smoothly. */
const DIFFERENTIABLE: readonly tf.DataType[] = ['float32', 'complex64'];

function inputGradients(
  node: TapeNode,
  dys: readonly (tf.Tensor | undefined)[],
  reached: ReadonlySet<number>,
): [number, tf.Tensor][] {
  const { gradient, inputs, kernelName } = node;
  const lazily = gradient?.(dys) ?? {};
  const found: [number, tf.Tensor][] = [];
  for (const name in lazily) {
    const input = inputs[name];
    if (!input || !reached.has(input.id) || !DIFFERENTIABLE.includes(input.dtype)) continue;
    const value = (lazily[name] as () => tf.Tensor)();
    if (value.size !== input.size || value.rank !== input.rank) {
      throw new RunError({
        code: 'gradient-shape',
        found: `The gradient of '${kernelName}' for '${name}' has shape [${value.shape}], its input [${input.shape}].`,
        fix: 'This is a fault in the operation’s gradient: undo the broadcasting by hand, or use another operation.',
      });
    }
    checkGradient(node, dys, name, value);
    // A gradient may hand out the very tensor that it was given, or one tensor twice; each entry must own its own.
    const isTaken = dys.includes(value) || found.some(([, other]) => other === value);
    found.push([input.id, isTaken ? value.clone() : value]);
  }
  return found;
}
