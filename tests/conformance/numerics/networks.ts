import { tf } from 'lightning-tfjs';
import { compare, type Mismatch } from '../compare.js';
import { makeOptimizer } from '../module/optimizers.js';
import type { ScenarioSettings } from '../runScenario.js';
import type { JsonObject, NumericsScenario, OptimizerSpec, TensorJson } from '../scenario.js';
import { type LayerSpec, layerNamed } from './layers.js';
import { operation } from './operations.js';
import { onEngine, trainProbe } from './probe.js';
import { toJson, toTensor, valuesOf } from './tensors.js';

/** A network that is trained for some steps on one batch. */
interface NetworkScenario extends NumericsScenario {
  readonly layers: readonly LayerSpec[];
  readonly loss: string;
  readonly optimizer: OptimizerSpec;
  readonly n_steps: number;
  readonly initial: Readonly<Record<string, TensorJson>>;
  readonly input: TensorJson;
  readonly target: TensorJson;
}

/** torch's operation for the name of a loss, where it is not its own name or that with `_loss` behind it. */
const LOSS_OPS: Readonly<Record<string, string>> = {
  mse: 'mse_loss',
  l1: 'l1_loss',
  nll: 'nll_loss',
  huber: 'huber_loss',
  smooth_l1: 'smooth_l1_loss',
  bce: 'binary_cross_entropy',
  bce_loss: 'binary_cross_entropy',
  bce_with_logits: 'binary_cross_entropy_with_logits',
  bce_with_logits_loss: 'binary_cross_entropy_with_logits',
  cross_entropy_loss: 'cross_entropy',
  kl_div_loss: 'kl_div',
  poisson_nll: 'poisson_nll_loss',
  soft_margin: 'soft_margin_loss',
  hinge_embedding: 'hinge_embedding_loss',
  multi_margin: 'multi_margin_loss',
};

/** Trains a network and compares losses, the first gradients, the final state and what it computes then. */
export async function runNetwork(
  { layers, loss: lossName, optimizer, n_steps, initial, input, target, expect, tolerance }: NetworkScenario,
  settings: ScenarioSettings,
): Promise<(Mismatch | undefined)[]> {
  const forwards = layers.map((spec) => ({ spec, apply: layerNamed(spec.type) }));
  const loss = operation(LOSS_OPS[lossName] ?? lossName);
  const weights = Object.fromEntries(
    Object.entries(initial).map(([name, json]) => [name, tf.variable(toTensor(json), !name.includes('running_'))]),
  );
  const [x, y] = [toTensor(input), toTensor(target)];
  const forward = (training: boolean) =>
    forwards.reduce((value, { spec, apply }) => apply(value, weightsOf(weights, spec), spec, training), x);
  const losses: number[] = [];
  let firstGradients: JsonObject | undefined;
  let evaluated: TensorJson | undefined;
  await trainProbe({
    ...settings,
    parameters: Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight.trainable)),
    steps: n_steps,
    loss: () => loss({ input: forward(true), target: y }, {}),
    optimizer: (parameters) => makeOptimizer(optimizer, parameters),
    onStep: (_step, value) => losses.push(value),
    onGradients: (gradients) => {
      const entries = Object.entries(gradients).map(([name, gradient]) => [name, gradient ? valuesOf(gradient) : null]);
      firstGradients ??= Object.fromEntries(entries) as JsonObject;
    },
  });
  await onEngine(settings.engine, () => {
    evaluated = toJson(forward(false));
  });
  const final = Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, valuesOf(weight)]));
  tf.dispose([weights, x, y]);
  return [
    compare('losses', expect.losses, losses, tolerance),
    compare('first_grads', expect.first_grads, firstGradients, tolerance),
    compare('final', expect.final, final, tolerance),
    compare('eval_output', expect.eval_output, evaluated, tolerance),
  ];
}

/** A layer's weights under their short names. */
function weightsOf(all: Readonly<Record<string, tf.Variable>>, { name }: LayerSpec): Record<string, tf.Variable> {
  const start = `${name}.`;
  const own = Object.entries(all).filter(([key]) => name !== undefined && key.startsWith(start));
  return Object.fromEntries(own.map(([key, weight]) => [key.slice(start.length), weight]));
}
