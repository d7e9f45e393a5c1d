import type { tf } from 'lightning-tfjs';
import * as lightning from 'lightning-tfjs';
import { toCamel, toOptions } from '../names.js';
import { NotBuilt } from '../notBuilt.js';
import type { JsonObject } from '../scenario.js';
import { ARRANGEMENTS } from './torch/arrangements.js';
import { ELEMENTWISE } from './torch/elementwise.js';
import { PRODUCTS } from './torch/products.js';
import { REDUCTIONS } from './torch/reductions.js';
import type { Inputs, Operation, TensorOperation } from './torch/types.js';

type Functional = (...args: readonly unknown[]) => tf.Tensor;

/** torch's operations on plain tensors, in tfjs's words. */
const TENSOR_OPERATIONS: Readonly<Record<string, TensorOperation>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...ARRANGEMENTS,
  ...PRODUCTS,
};

/**
 * A torch operation by name: the function of that name in the library's `functional`, else what tfjs itself has.
 * @throws NotBuilt when neither has it
 */
export function operation(name: string): Operation {
  const found: unknown = Reflect.get(lightning.functional, toCamel(name));
  if (typeof found === 'function') return (inputs, args) => callFunctional(name, found as Functional, inputs, args);
  const compute = TENSOR_OPERATIONS[name];
  if (!compute) throw new NotBuilt(`functional.${toCamel(name)}`);
  return (inputs, args) => compute(Object.values(inputs), args, inputs);
}

/** Tensors that torch does not require, and their names among the options of our functions. */
const OPTIONAL: Readonly<Record<string, string>> = {
  weight: 'weight',
  bias: 'bias',
  running_mean: 'runningMean',
  running_var: 'runningVar',
  pos_weight: 'posWeight',
  attn_mask: 'attnMask',
  mask: 'attnMask',
};

/** Functions that are nothing without their weight. */
const REQUIRE_WEIGHT = /^(linear|bilinear|embedding|prelu|conv.*)$/;

/** The required inputs stand in torch's order in the files, but for these. */
const ORDER: Readonly<Record<string, readonly string[]>> = { embedding: ['index', 'weight'] };

function callFunctional(name: string, found: Functional, inputs: Inputs, args: JsonObject): tf.Tensor {
  const isOptional = (input: string) =>
    Object.hasOwn(OPTIONAL, input) && !(input === 'weight' && REQUIRE_WEIGHT.test(name));
  const order = ORDER[name] ?? [];
  const entries = Object.entries(inputs).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const optional = entries.filter(([input]) => isOptional(input)).map(([input, tensor]) => [OPTIONAL[input], tensor]);
  return found(...entries.filter(([input]) => !isOptional(input)).map(([, tensor]) => tensor), {
    ...toOptions(args),
    ...Object.fromEntries(optional),
  });
}
