import { gradientsOf } from '../autograd/index.js';
import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { LBFGSMemory } from './lbfgsMemory.js';
import { type Point, strongWolfe } from './lineSearch.js';
import {
  atLeastZero,
  Optimizer,
  type OptimizerOptions,
  type ParamGroup,
  type ParamsInput,
  type ReadSlot,
} from './optimizer.js';
import type { OptimizerState } from './optimizerState.js';

/** Options of {@link LBFGS}. */
export interface LBFGSOptions extends OptimizerOptions {
  /** Iterations in a step; default 20. */
  maxIter?: number;
  /** Evaluations of the closure in a step; default null: 1.25 · maxIter. */
  maxEval?: number | null;
  /** Ends a step when no component of the gradient is larger; default 1e-7. */
  toleranceGrad?: number;
  /** Ends a step when loss or parameters change by less; default 1e-9. */
  toleranceChange?: number;
  /** Updates that are remembered; default 100. */
  historySize?: number;
  /** How far to go along a direction: `lr`, or a search; default null. */
  lineSearchFn?: 'strong_wolfe' | null;
}

// Outside of the class: bundlers rename a class that names itself, and its name stands in checkpoints.
const DEFAULTS = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
} satisfies Required<LBFGSOptions>;

/** Loss and gradient where the parameters stand. */
interface Evaluation {
  readonly loss: number;
  readonly gradient: Float32Array;
}

/**
 * L-BFGS. One step runs the closure several times: it must clear the gradients, compute the loss, go backward and return
 * the loss. Under automatic optimization the Trainer's closure does. Sources: torch.optim.LBFGS; Nocedal and Wright,
 * 2006, algorithm 7.4. What it remembers is float32, as the parameters are; sums are float64.
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  static readonly defaults = DEFAULTS;
  readonly #memory = new LBFGSMemory();
  /** The slots hold what a loaded state dict brought, and `#memory` does not yet. */
  #isLoaded = false;

  constructor(params: ParamsInput<LBFGSOptions>, options: LBFGSOptions = {}) {
    super(params, options, DEFAULTS);
    if (this.paramGroups.length === 1) return;
    throw new MisconfigurationError({
      code: 'optimizer-option',
      found: `LBFGS was given ${this.paramGroups.length} parameter groups.`,
      allowed: 'one',
      fix: 'Pass the parameters as one list: the curvature is that of all of them together.',
    });
  }

  protected override check(group: ParamGroup<LBFGSOptions>): void {
    super.check(group);
    for (const name of ['maxIter', 'toleranceGrad', 'toleranceChange', 'historySize'] as const) {
      atLeastZero('LBFGS', name, group[name]);
    }
    const search: unknown = group.lineSearchFn;
    if (search === null || search === 'strong_wolfe') return;
    throw new MisconfigurationError({
      code: 'optimizer-option',
      found: `LBFGS: \`lineSearchFn\` is ${JSON.stringify(search)}.`,
      allowed: "'strong_wolfe' or null",
    });
  }

  /**
   * @param closure required; a closure that returns nothing (a skipped batch) ends the step
   * @throws MisconfigurationError without a closure, or when it returns something that is no loss
   */
  override async step<T = undefined>(closure?: () => Promise<T>): Promise<T | undefined> {
    if (!closure) {
      throw new MisconfigurationError({
        code: 'no-closure',
        found: 'LBFGS.step was called without a closure.',
        fix: 'Pass a function that clears the gradients, computes the loss, goes backward and returns the loss.',
      });
    }
    let first: T | undefined;
    let count = 0;
    const evaluate = async (): Promise<Evaluation | undefined> => {
      const result = await closure();
      if (count++ === 0) first = result;
      const loss = await lossOf(result);
      return loss === undefined ? undefined : { loss, gradient: await this.#gradient() };
    };
    const start = await evaluate();
    if (start) await this.#iterate(start, evaluate);
    return first;
  }

  override async stateDict(names?: ReadonlyMap<tf.Variable, string>, read?: ReadSlot): Promise<OptimizerState> {
    await this.#recall();
    this.#memory.write(this.#slots);
    return super.stateDict(names, read);
  }

  override loadStateDict(saved: unknown): void {
    super.loadStateDict(saved);
    this.#isLoaded = true;
  }

  /** The state is that of all parameters together; it stands with the first, as in torch. */
  get #slots() {
    return this.slotsOf(this.parameters[0] as tf.Variable); // the constructor refuses an empty list
  }

  protected override slotShape(slot: string): readonly number[] | undefined {
    const size = this.parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    if (slot === 'd' || slot === 'prev_flat_grad') return [size];
    return slot === 'ro' || slot.startsWith('old_') ? undefined : []; // as many as were remembered: see LBFGSMemory
  }

  protected override update(): never {
    throw new MisconfigurationError({ code: 'no-closure', found: 'LBFGS has no update of one parameter.' }); // step does it all
  }

  async #recall(): Promise<void> {
    if (!this.#isLoaded) return;
    await this.#memory.read(this.#slots);
    this.#isLoaded = false;
  }

  async #iterate(start: Evaluation, evaluate: () => Promise<Evaluation | undefined>): Promise<void> {
    await this.#recall();
    const memory = this.#memory;
    const group = this.paramGroups[0] as ParamGroup<LBFGSOptions>; // the constructor wants exactly one
    const { lr, maxIter, toleranceGrad, toleranceChange, historySize, lineSearchFn } = group;
    const maxEval = group.maxEval ?? Math.floor(maxIter * 1.25);
    let { loss, gradient } = start;
    memory.evaluations++;
    let evaluations = 1;
    if (largest(gradient) <= toleranceGrad) return;
    for (let iteration = 1; iteration <= maxIter; iteration++) {
      memory.iterations++;
      const direction = memory.nextDirection(gradient, historySize);
      const lossBefore = loss;
      const isFirst = memory.iterations === 1;
      let t = Math.fround(isFirst ? Math.min(1, 1 / sumOfSizes(gradient)) * lr : lr);
      const slope = dot(gradient, direction);
      memory.remember(direction, t, gradient, lossBefore);
      if (slope > -toleranceChange) return;
      let used = 0;
      if (lineSearchFn === 'strong_wolfe') {
        const from = await this.#values();
        const found = await strongWolfe({
          start: { t: 0, loss, gradient, slope },
          t,
          directionSize: largest(direction),
          toleranceChange,
          evaluate: async (length): Promise<Point> => {
            this.#assign(moved(from, direction, length));
            const there = await evaluate();
            if (!there) throw lossVanished();
            return { t: length, ...there, slope: dot(there.gradient, direction) };
          },
        });
        ({ loss, gradient } = found.point);
        t = Math.fround(found.point.t);
        used = found.evaluations;
        this.#assign(moved(from, direction, t));
        memory.t = t;
      } else {
        this.#assign(moved(await this.#values(), direction, t));
        if (iteration < maxIter) {
          const there = await evaluate();
          if (!there) throw lossVanished();
          ({ loss, gradient } = there);
          used = 1;
        }
      }
      evaluations += used;
      memory.evaluations += used;
      if (evaluations >= maxEval || largest(gradient) <= toleranceGrad) return;
      if (largest(direction) * t <= toleranceChange || Math.abs(loss - lossBefore) < toleranceChange) return;
    }
  }

  /** All gradients, one after another; zeros where a parameter has none. */
  #gradient(): Promise<Float32Array> {
    return flat(this.parameters.map((parameter) => ({ tensor: gradientsOf(parameter), size: parameter.size })));
  }

  #values(): Promise<Float32Array> {
    return flat(this.parameters.map((tensor) => ({ tensor, size: tensor.size })));
  }

  #assign(values: Float32Array): void {
    let at = 0;
    for (const parameter of this.parameters) {
      const part = values.slice(at, at + parameter.size);
      tf.tidy(() => parameter.assign(tf.tensor(part, parameter.shape)));
      at += parameter.size;
    }
  }
}

async function flat(parts: readonly { readonly tensor: tf.Tensor | undefined; readonly size: number }[]) {
  const values = new Float32Array(parts.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const { tensor, size } of parts) {
    if (tensor) values.set(await tensor.data<'float32'>(), at);
    at += size;
  }
  return values;
}

async function lossOf(result: unknown): Promise<number | undefined> {
  if (result === undefined || result === null) return undefined;
  if (typeof result === 'number') return result;
  if (result instanceof tf.Tensor && result.size === 1) return (await result.data())[0];
  throw new MisconfigurationError({
    code: 'closure-result',
    found: `The closure of LBFGS.step returned ${result instanceof tf.Tensor ? `a tensor of shape [${result.shape}]` : `a ${typeof result}`}.`,
    allowed: 'the loss: a scalar, or a number',
    fix: 'Return the loss at the end of the closure.',
  });
}

function lossVanished(): MisconfigurationError {
  return new MisconfigurationError({
    code: 'closure-result',
    found: 'The closure of LBFGS.step returned a loss first, and then none.',
    fix: 'Skip a batch at once or not at all: every evaluation in a step needs the loss.',
  });
}

function moved(from: Float32Array, direction: Float32Array, t: number): Float32Array {
  return from.map((value, i) => value + t * (direction[i] as number));
}

function largest(values: Float32Array): number {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
}

function sumOfSizes(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}

/** In float64: the sums of long vectors would lose digits in float32. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
