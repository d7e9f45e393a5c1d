import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import * as tf from '../tf.js';
import * as functional from './index.js';

interface TensorJson {
  readonly shape: number[];
  /** Default 'float32'. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
  readonly values: readonly (number | string)[];
}

type OptionJson = number | string | boolean | null | readonly number[] | { readonly tensor: TensorJson };

/** One call of a function in torch, and what came of it. */
interface Recorded {
  readonly function: keyof typeof functional;
  readonly inputs: readonly TensorJson[];
  readonly options?: Readonly<Record<string, OptionJson>>;
  readonly output: TensorJson;
  readonly upstream?: readonly number[];
  /** By place among the inputs, or by option. */
  readonly gradients?: Readonly<Record<string, readonly (number | string)[]>>;
  /** The running moments afterwards. */
  readonly moved?: Readonly<Record<string, readonly number[]>>;
}

// What a recording passes is as it is in torch: the numbers tell whether it is right.
const FUNCTIONS = { ...functional } as unknown as Readonly<
  Record<keyof typeof functional, (...args: readonly unknown[]) => tf.Tensor>
>;

const { cases }: { cases: Recorded[] } = JSON.parse(
  readFileSync(new URL('./torchRecorded.json', import.meta.url), 'utf8'),
);

// Those that only pass random numbers on are tested in random.test.ts; these two are tfjs's own.
const UNRECORDED = ['alphaDropout', 'dropout', 'dropout1d', 'dropout2d', 'dropout3d', 'featureAlphaDropout'];
const OF_TFJS = ['sigmoid', 'tanh', 'gumbelSoftmax'];

it('has torch’s numbers for every function', () => {
  const recorded = new Set<string>(cases.map((each) => each.function));
  const missing = Object.keys(functional).filter((name) => !recorded.has(name));
  expect(missing.sort()).toEqual([...UNRECORDED, ...OF_TFJS].sort());
});

describe.each(['cpu', 'wasm'] as const)('on the engine %s', (engine) => {
  beforeAll(async () => {
    await startEngine('cpu', { engine });
  });

  it.each(cases.map((each) => [title(each), each] as const))('%s', (_title, recorded) => {
    const before = tf.memory().numTensors;
    const call = callOf(recorded);
    const output = call.run(call.learned);
    expect(output.shape).toEqual(recorded.output.shape);
    expect(output.dtype).toBe(recorded.output.dtype ?? 'float32');
    expectNear(output, recorded.output.values);
    for (const [option, values] of Object.entries(recorded.moved ?? {})) expectNear(call.options[option], values);
    const upstream = recorded.upstream ? tf.tensor([...recorded.upstream], output.shape) : tf.scalar(1);
    const names = Object.keys(recorded.gradients ?? {});
    const gradients =
      names.length === 0
        ? []
        : tf.grads((...given) => tf.tidy(() => tf.sum(tf.mul(call.run(given), upstream))))(call.learned);
    for (const [index, name] of names.entries()) {
      expect(gradients[index]?.shape).toEqual(call.learned[index]?.shape);
      expectNear(gradients[index], recorded.gradients?.[name] ?? []);
    }
    tf.dispose([output, upstream, gradients, call.inputs, Object.values(call.options)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

interface Call {
  readonly inputs: tf.Tensor[];
  readonly options: Record<string, tf.Tensor>;
  /** The tensors with a gradient. */
  readonly learned: tf.Tensor[];
  /** @param learned stand in for the call's own */
  readonly run: (learned: readonly tf.Tensor[]) => tf.Tensor;
}

function callOf({ function: name, inputs: given, options = {}, gradients = {} }: Recorded): Call {
  const inputs = given.map(toTensor);
  const tensors: Record<string, tf.Tensor> = {};
  const plain: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options)) {
    if (typeof value !== 'object' || value === null || !('tensor' in value)) plain[option] = toNumber(value);
    else tensors[option] = option.startsWith('running') ? toVariable(value.tensor) : toTensor(value.tensor);
  }
  const names = Object.keys(gradients);
  const run = (learned: readonly tf.Tensor[]) => {
    const replaced = Object.fromEntries(names.map((key, index) => [key, learned[index] as tf.Tensor]));
    const own = inputs.map((input, index) => replaced[String(index)] ?? input);
    const optional = Object.fromEntries(Object.entries(tensors).map(([key, value]) => [key, replaced[key] ?? value]));
    return FUNCTIONS[name](...own, { ...plain, ...optional });
  };
  const learned = names.map((key) => tensors[key] ?? (inputs[Number(key)] as tf.Tensor));
  return { inputs, options: tensors, learned, run };
}

function toTensor({ values, shape, dtype = 'float32' }: TensorJson): tf.Tensor {
  return tf.tensor(values.map(toNumber) as number[], shape, dtype);
}

function toVariable(json: TensorJson): tf.Variable {
  return tf.tidy(() => tf.variable(toTensor(json), false));
}

function toNumber(value: unknown): unknown {
  return value === 'inf' || value === '-inf' || value === 'nan' ? Number(value.replace('inf', 'Infinity')) : value;
}

/** float32 against float64, over sums of some dozen numbers. */
function expectNear(found: tf.Tensor | undefined, expected: readonly (number | string)[]): void {
  const values = Array.from(found?.dataSync() ?? []);
  expect(values.length).toBe(expected.length);
  const wrong = expected
    .map((value, place) => ({ place, expected: toNumber(value) as number, found: values[place] as number }))
    .filter((pair) => !Object.is(pair.found, pair.expected) && pair.found !== pair.expected)
    .filter((pair) => !(Math.abs(pair.found - pair.expected) <= Math.max(2e-5, 1e-4 * Math.abs(pair.expected))));
  expect(wrong.slice(0, 3)).toEqual([]);
}

function title({ function: name, inputs, options = {} }: Recorded): string {
  const shown = Object.entries(options).map(([option, value]) => {
    const isTensor = typeof value === 'object' && value !== null && 'tensor' in value;
    return `${option}: ${isTensor ? `[${value.tensor.shape}]` : JSON.stringify(value)}`;
  });
  return `${name} of ${inputs.map(({ shape }) => `[${shape}]`).join(', ')} ${shown.join(', ')}`;
}
