import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backward, openTape } from '../autograd/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import * as optim from './index.js';
import { type Optimizer, SGD } from './index.js';

/** Every optimizer; a new one gets a line here, and torch's numbers in torchRecorded.json. */
const OPTIMIZERS = {
  Adadelta: optim.Adadelta,
  Adafactor: optim.Adafactor,
  Adagrad: optim.Adagrad,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  Adamax: optim.Adamax,
  ASGD: optim.ASGD,
  LBFGS: optim.LBFGS,
  NAdam: optim.NAdam,
  RAdam: optim.RAdam,
  RMSprop: optim.RMSprop,
  Rprop: optim.Rprop,
  SGD: optim.SGD,
} as const;
type OptimizerName = keyof typeof OPTIMIZERS;

interface Recorded {
  readonly initial: { readonly a: number[]; readonly b: number[] };
  readonly constants: { readonly curvature: number[][]; readonly target: number[][]; readonly shift: number[] };
  readonly cases: readonly {
    readonly id: string;
    readonly optimizer: {
      readonly type: OptimizerName;
      readonly args: Record<string, unknown>;
      readonly groups?: readonly ({ readonly params: readonly ('a' | 'b')[] } & Record<string, unknown>)[];
    };
    readonly expected: Readonly<Record<string, { readonly a: number[]; readonly b: number[] }>>;
    readonly tolerance: { readonly rel: number; readonly abs: number };
  }[];
}

const recorded: Recorded = JSON.parse(readFileSync(new URL('./torchRecorded.json', import.meta.url), 'utf8'));
let params: { a: tf.Variable; b: tf.Variable };
let tensorsBefore: number;

beforeAll(startTestEngine);
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
  const { a, b } = recorded.initial;
  params = tf.tidy(() => ({ a: tf.variable(tf.tensor2d(a, [2, 2])), b: tf.variable(tf.tensor1d(b)) }));
});
afterEach(() => {
  tf.dispose(params);
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

/** The recorded objective: see `about` in the file. */
async function step(optimizer: Optimizer): Promise<void> {
  await optimizer.step(async () => {
    const { curvature, target, shift } = recorded.constants;
    tf.engine().startScope();
    using tape = openTape();
    const quadratic = tf.sum(tf.mul(tf.tensor2d(curvature), tf.square(tf.sub(params.a, tf.tensor2d(target)))));
    const logarithmic = tf.sum(tf.log(tf.add(1, tf.square(tf.sub(params.b, tf.tensor1d(shift))))));
    const mixed = tf.mul(tf.mul(0.1, tf.sum(params.a)), tf.sum(params.b));
    optimizer.zeroGrad();
    const loss = tf.addN([tf.mul(0.5, quadratic), logarithmic, mixed]) as tf.Scalar;
    backward(loss);
    tape[Symbol.dispose]();
    const [value] = loss.dataSync();
    tf.engine().endScope();
    return value;
  });
}

function camelCase(options: Record<string, unknown>): Record<string, unknown> {
  const camel = (key: string) => key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]));
}

describe.each(recorded.cases)('torch $id', ({ optimizer: { type, args, groups }, expected, tolerance }) => {
  it('has torch’s numbers', async () => {
    const input = groups
      ? groups.map(({ params: names, ...options }) => ({
          ...camelCase(options),
          params: names.map((name) => params[name]),
        }))
      : [params.a, params.b];
    const optimizer: Optimizer = new OPTIMIZERS[type](input, camelCase(args));
    for (let n = 1; n <= 30; n++) {
      await step(optimizer);
      const wanted = expected[n];
      if (!wanted) continue;
      for (const name of ['a', 'b'] as const) {
        for (const [index, found] of params[name].dataSync().entries()) {
          const want = wanted[name][index] ?? Number.NaN;
          expect(Math.abs(found - want)).toBeLessThanOrEqual(Math.max(tolerance.abs, tolerance.rel * Math.abs(want)));
        }
      }
    }
    optimizer.dispose();
  });
});

/** Every optimizer passes these. */
describe.each(Object.entries(OPTIMIZERS))('%s', (name, Class) => {
  const make = (list: tf.Variable[]): Optimizer =>
    new Class(list, name === 'SGD' ? { lr: 0.1, momentum: 0.9 } : { lr: 0.1 });

  it('has torch’s numbers recorded', () => {
    expect(recorded.cases.map(({ optimizer }) => optimizer.type)).toContain(name);
  });

  it('goes on from its state as if it had not stopped', async () => {
    const one: Optimizer = make([params.a, params.b]);
    for (let n = 0; n < 3; n++) await step(one);
    const saved = await one.stateDict();
    const weights = tf.tidy(() => [tf.keep(params.a.clone()), tf.keep(params.b.clone())] as const);
    await step(one);
    const expected = [...params.a.dataSync(), ...params.b.dataSync()];
    params.a.assign(weights[0]);
    params.b.assign(weights[1]);
    const two: Optimizer = make([params.a, params.b]);
    two.loadStateDict(saved);
    await step(two);
    expect([...params.a.dataSync(), ...params.b.dataSync()]).toEqual(expected);
    one.dispose();
    two.dispose();
    tf.dispose([...weights]);
  });

  it('refuses an option it does not have', () => {
    expect(() => new Class([params.a], { learningRat: 1 } as object)).toThrow('has no option `learningRat`');
  });

  it('refuses an empty list of parameters', () => {
    expect(() => make([])).toThrow('was given no parameters');
  });

  it('refuses a parameter given twice', () => {
    expect(() => make([params.a, params.a])).toThrow('twice');
  });

  it('refuses another optimizer’s state', async () => {
    const optimizer: Optimizer = make([params.a]);
    const other = await new SGD([params.a, params.b], {}).stateDict();
    expect(() => optimizer.loadStateDict(other)).toThrow('does not fit');
  });
});

/** What somebody may have done to a state: each is refused, and the optimizer stays as it was. */
const DAMAGES: readonly { readonly name: string; readonly found: string; damage(state: Editable): void }[] = [
  { name: 'a slot of another shape', found: 'shape [4]', damage: ({ slot }) => (slot.shape = [4]) },
  { name: 'a slot with too few numbers', found: '3 numbers', damage: ({ slot }) => (slot.data = new Float32Array(3)) },
  { name: 'a slot of another dtype', found: 'broken', damage: ({ slot }) => (slot.dtype = 'int32') },
  { name: 'a slot without numbers', found: 'broken', damage: ({ slot }) => (slot.data = 'AAAA') },
  { name: 'a negative length', found: 'broken', damage: ({ slot }) => (slot.shape = [-2, -2]) },
  { name: 'a negative step', found: 'broken', damage: ({ entry }) => (entry.step = -1) },
  { name: 'text as learning rate', found: '`lr` as "fast"', damage: ({ options }) => (options.lr = 'fast') },
  { name: 'a negative learning rate', found: '`lr` is -1', damage: ({ options }) => (options.lr = -1) },
  { name: 'another parameters list', found: '`params`', damage: ({ options }) => (options.params = []) },
  { name: 'betas of another length', found: '`betas`', damage: ({ options }) => (options.betas = [0.9]) },
];

/** The parts of a state that are damaged, without their types. */
interface Editable {
  readonly slot: Record<string, unknown>;
  readonly entry: Record<string, unknown>;
  readonly options: Record<string, unknown>;
}

describe('a damaged state', () => {
  it.each(DAMAGES)('is refused, and nothing is changed: $name', async ({ found, damage }) => {
    const optimizer = new optim.Adam([params.a, params.b], { lr: 0.1 });
    await step(optimizer);
    const before = await optimizer.stateDict();
    const state = structuredClone(before) as unknown as {
      state: Record<string, { step: unknown; slots: Record<string, Record<string, unknown>> }>;
      paramGroups: { options: Record<string, unknown> }[];
    };
    const entry = state.state[0] as { step: unknown; slots: Record<string, Record<string, unknown>> };
    const slot = entry.slots.exp_avg as Record<string, unknown>;
    damage({ slot, entry, options: state.paramGroups[0]?.options as Record<string, unknown> });
    expect(() => optimizer.loadStateDict(state)).toThrow(found);
    expect(await optimizer.stateDict()).toEqual(before);
    optimizer.dispose();
  });
});
