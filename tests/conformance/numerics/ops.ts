import { tf } from 'lightning-tfjs';
import { compare, type Mismatch } from '../compare.js';
import { makeOptimizer } from '../module/optimizers.js';
import type { ScenarioSettings } from '../runScenario.js';
import type { JsonObject, NumericsScenario, TensorJson } from '../scenario.js';
import { operation } from './operations.js';
import { onEngine, trainProbe } from './probe.js';
import { toJson, toTensor, valuesOf } from './tensors.js';
import type { Inputs } from './torch/types.js';

/** One operation: its output, and its gradients for an upstream gradient. */
interface OpScenario extends NumericsScenario {
  readonly op: string;
  readonly inputs: Readonly<Record<string, TensorJson>>;
  readonly args: JsonObject;
  readonly upstream: TensorJson;
  readonly expect: JsonObject & { readonly grads?: JsonObject };
}

/** Computes an operation, and its gradients where the scenario lists some. */
export async function runOp(
  { op, inputs, args, upstream, expect, tolerance }: OpScenario,
  settings: ScenarioSettings,
): Promise<(Mismatch | undefined)[]> {
  const compute = operation(op);
  const wanted = Object.keys(expect.grads ?? {});
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, json]) => {
      const tensor = toTensor(json);
      return [name, wanted.includes(name) ? tf.variable(tensor) : tensor];
    }),
  );
  const parameters = Object.fromEntries(wanted.map((name) => [name, tensors[name] as tf.Variable]));
  const weight = toTensor(upstream);
  let output: TensorJson | undefined;
  const grads: Record<string, unknown> = {};
  const forward = () => {
    const value = compute(tensors as Inputs, args);
    output = toJson(value);
    return value;
  };
  if (wanted.length === 0) await onEngine(settings.engine, forward);
  else {
    await trainProbe({
      ...settings,
      parameters,
      steps: 1,
      loss: () => tf.sum(tf.mul(forward(), weight)),
      optimizer: (all) => makeOptimizer({ type: 'SGD', args: { lr: 0 } }, all),
      onGradients: (found) => {
        for (const name of wanted) grads[name] = found[name] && valuesOf(found[name]);
      },
    });
  }
  tf.dispose([tensors, weight]);
  return [
    compare('output', expect.output, output, tolerance),
    wanted.length > 0 ? compare('grads', expect.grads, grads, tolerance) : undefined,
  ];
}
