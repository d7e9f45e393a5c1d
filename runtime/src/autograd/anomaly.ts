import { RunError } from '../errors/index.js';
import type * as tf from '../tf.js';
import { engineInternals, type TapeNode } from './engineInternals.js';

/** While true, each recorded operation and each gradient is looked at. */
let isOn = false;
let installed = false;
/** Where an operation was called: its gradient's fault is shown there. */
const places = new WeakMap<TapeNode, string>();

/**
 * Looks for the operation that first makes NaN or Inf out of numbers, forward and backward; it costs a look at every
 * number and a stack for every operation. Source of the idea: torch.autograd.set_detect_anomaly, which looks at
 * gradients only.
 * @returns the way back to what was before
 */
export function detectAnomaly(on: boolean): Disposable {
  const before = isOn;
  isOn = on;
  if (on) install();
  return {
    [Symbol.dispose]() {
      isOn = before;
    },
  };
}

/** @throws RunError when the gradient that an operation passes on is not finite, though all that it was given is */
export function checkGradient(
  node: TapeNode,
  dys: readonly (tf.Tensor | undefined)[],
  input: string,
  gradient: tf.Tensor,
): void {
  const fault = isOn ? newFault(gradient, dys) : undefined;
  if (!fault) return;
  const error = new RunError({
    code: 'anomaly',
    found: `The gradient of '${node.kernelName}' with respect to its input '${input}' has ${fault}, though what it was given has not.`,
    fix: 'Look at what goes into it: a root or logarithm of 0, or a division by 0, often behind a maximum or a mask.',
  });
  const place = places.get(node);
  if (place !== undefined) error.stack = `${error.name}: ${error.message}\n${place}`;
  throw error;
}

function install(): void {
  if (installed) return;
  installed = true;
  const engine = engineInternals();
  const addTapeNode = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (kernelName, inputs, outputs, gradient, saved, attrs) => {
    addTapeNode(kernelName, inputs, outputs, gradient, saved, attrs);
    if (!isOn) return;
    const node = engine.state.activeTape?.at(-1);
    if (node) places.set(node, callerStack());
    checkOutputs(kernelName, Object.values(inputs), outputs);
  };
}

function checkOutputs(
  kernelName: string,
  inputs: readonly (tf.Tensor | undefined)[],
  outputs: readonly tf.Tensor[],
): void {
  if (inputs.length === 0) return; // filled on purpose: a mask of -Infinity
  for (const output of outputs) {
    const fault = newFault(output, inputs);
    if (!fault) continue;
    throw new RunError({
      code: 'anomaly',
      found: `'${kernelName}' made ${fault} out of numbers: inputs of shape ${inputs.map((input) => `[${input?.shape}]`).join(' and ')}.`,
      fix: 'Look at the values that go into it: the learning rate may be too high, or a root, logarithm or quotient has a 0.',
    });
  }
}

/** What an output has and none of its inputs: NaN, or Inf out of finite numbers. */
function newFault(output: tf.Tensor, inputs: readonly (tf.Tensor | undefined)[]): 'NaN' | 'Inf' | undefined {
  const found = worst(output);
  if (found === undefined) return undefined;
  const given = inputs.map((input) => input && worst(input));
  if (found === 'NaN') return given.includes('NaN') ? undefined : 'NaN';
  return given.some((fault) => fault !== undefined) ? undefined : 'Inf';
}

function worst(tensor: tf.Tensor): 'NaN' | 'Inf' | undefined {
  if (tensor.dtype !== 'float32' || tensor.isDisposed) return undefined;
  let hasInf = false;
  for (const value of tensor.dataSync()) {
    if (Number.isNaN(value)) return 'NaN';
    hasInf ||= !Number.isFinite(value);
  }
  return hasInf ? 'Inf' : undefined;
}

function callerStack(): string {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50; // the user's lines lie below tfjs's own
  Error.captureStackTrace(holder, callerStack);
  Error.stackTraceLimit = limit;
  return holder.stack?.replace(/^.*\n/, '') ?? '';
}
