import { tf } from 'lightning-tfjs';
import { compare, type Mismatch } from '../compare.js';
import { makeOptimizer } from '../module/optimizers.js';
import type { ScenarioSettings } from '../runScenario.js';
import type { JsonObject, NumericsScenario, OptimizerSpec, TensorJson } from '../scenario.js';
import { trainProbe } from './probe.js';
import { toTensor, valuesOf } from './tensors.js';

/** An optimizer's path on the format's objective. */
interface OptimizerScenario extends NumericsScenario {
  readonly optimizer: OptimizerSpec;
  readonly initial: { readonly a: TensorJson; readonly b: TensorJson };
  readonly constants: {
    readonly curvature: number[][];
    readonly target: number[][];
    readonly shift: number[];
  };
  readonly expect: JsonObject & { readonly params: Readonly<Record<string, JsonObject>>; readonly losses: number[] };
}

/** Steps an optimizer and compares parameters and losses. */
export async function runOptimizer(
  { optimizer, initial, constants, expect, tolerance }: OptimizerScenario,
  settings: ScenarioSettings,
): Promise<(Mismatch | undefined)[]> {
  const [a, b] = [initial.a, initial.b].map((tensor) => tf.variable(toTensor(tensor))) as [tf.Variable, tf.Variable];
  const [curvature, target] = [tf.tensor2d(constants.curvature), tf.tensor2d(constants.target)];
  const shift = tf.tensor1d(constants.shift);
  const wanted = Object.keys(expect.params);
  const params: Record<string, unknown> = {};
  const losses: number[] = [];
  await trainProbe({
    ...settings,
    parameters: { a, b },
    steps: Math.max(...wanted.map(Number)),
    loss: () => {
      const quadratic = tf.mul(tf.sum(tf.mul(curvature, tf.square(tf.sub(a, target)))), 0.5);
      const logarithmic = tf.sum(tf.log(tf.add(tf.square(tf.sub(b, shift)), 1)));
      return tf.addN([quadratic, logarithmic, tf.mul(tf.mul(tf.sum(a), tf.sum(b)), 0.1)]);
    },
    optimizer: (parameters) => makeOptimizer(optimizer, parameters),
    onStep: (step, loss) => {
      if (losses.length < expect.losses.length) losses.push(loss);
      if (wanted.includes(String(step))) params[step] = { a: valuesOf(a), b: valuesOf(b) };
    },
  });
  tf.dispose([a, b, curvature, target, shift]);
  return [compare('params', expect.params, params, tolerance), compare('losses', expect.losses, losses, tolerance)];
}
