import * as tf from '../tf.js';

/** Gradients belong to this table until they are cleared, as torch's belong to `parameter.grad`. */
const gradients = new WeakMap<tf.Variable, tf.Tensor>();

/** The gradient of a parameter, or undefined when there is none. Borrowed. */
export function gradientsOf(parameter: tf.Variable): tf.Tensor | undefined {
  return gradients.get(parameter);
}

/** Replaces a parameter's gradient. Takes the tensor. */
export function setGradient(parameter: tf.Variable, gradient: tf.Tensor): void {
  gradients.get(parameter)?.dispose();
  gradients.set(parameter, tf.keep(gradient));
}

/** Adds to a parameter's gradient. Takes the tensor. */
export function accumulateGradient(parameter: tf.Variable, gradient: tf.Tensor): void {
  const before = gradients.get(parameter);
  if (!before) {
    setGradient(parameter, gradient);
    return;
  }
  setGradient(parameter, tf.add(before, gradient));
  gradient.dispose();
}

/** Clears the gradients of some parameters; those without one are left alone. */
export function zeroGrads(parameters: Iterable<tf.Variable>): void {
  for (const parameter of parameters) {
    gradients.get(parameter)?.dispose();
    gradients.delete(parameter);
  }
}
