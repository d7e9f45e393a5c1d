import type * as tf from '../tf.js';

/** Parameters that were frozen on purpose: they stay parameters, unlike running statistics, which never are. */
const frozen = new WeakSet<tf.Variable>();

/** True for what an optimizer may be given: weights that learn, and those that were frozen. */
export function isParameter(variable: tf.Variable): boolean {
  return variable.trainable || frozen.has(variable);
}

/** Lets parameters get gradients, or not. Running statistics, and layers whose own `trainable` is false, stay as they are. */
export function setRequiresGrad(parameters: Iterable<tf.Variable>, requiresGrad: boolean): void {
  for (const parameter of parameters) {
    if (requiresGrad ? !frozen.has(parameter) : !parameter.trainable) continue;
    parameter.trainable = requiresGrad;
    if (requiresGrad) frozen.delete(parameter);
    else frozen.add(parameter);
  }
}
