import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import type { Slots } from './slots.js';

/** One remembered update: how the gradient changed along a step, and the step. */
interface Update {
  readonly change: Float32Array;
  readonly step: Float32Array;
  /** 1 / (change · step). */
  readonly ro: number;
}

/** Below that an update says nothing of the curvature, and is not remembered. Source: torch.optim.LBFGS. */
const LEAST_CURVATURE = 1e-10;

/** What L-BFGS knows of the curvature, on the host. All of it is float32, so that a checkpoint holds it exactly. */
export class LBFGSMemory {
  iterations = 0;
  evaluations = 0;
  /** Length of the last step along the last direction. */
  t = 0;
  #updates: Update[] = [];
  #scale = 1;
  #direction: Float32Array = new Float32Array();
  #gradient: Float32Array = new Float32Array();
  #loss = 0;

  /** The direction to go from here: the negative gradient, by the curvature that is remembered. */
  nextDirection(gradient: Float32Array, historySize: number): Float32Array {
    if (this.iterations === 1) {
      this.#updates = [];
      this.#scale = 1;
      return gradient.map((value) => -value);
    }
    this.#learn(gradient, historySize);
    const direction = Float64Array.from(gradient, (value) => -value);
    const weights: number[] = [];
    for (const { change, step, ro } of [...this.#updates].reverse()) {
      const weight = along(step, direction) * ro;
      weights.push(weight);
      add(direction, change, -weight);
    }
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * this.#scale;
    for (const { change, step, ro } of this.#updates) {
      const weight = weights.pop() as number; // one was pushed for each
      add(direction, step, weight - along(change, direction) * ro);
    }
    return Float32Array.from(direction);
  }

  /** Notes where the search left off. */
  remember(direction: Float32Array, t: number, gradient: Float32Array, loss: number): void {
    this.#direction = direction;
    this.t = t;
    this.#gradient = gradient;
    this.#loss = loss;
  }

  /** Puts everything into slots, under torch's names. */
  write(slots: Slots): void {
    slots.step = this.iterations;
    if (this.iterations === 0) return;
    const count = this.#updates.length;
    const size = this.#direction.length;
    const stack = (part: (update: Update) => Float32Array) => {
      const all = new Float32Array(count * size);
      for (const [index, update] of this.#updates.entries()) all.set(part(update), index * size);
      return tf.tensor2d(all, [count, size]);
    };
    tf.tidy(() => {
      slots.set('d', tf.tensor1d(this.#direction));
      slots.set('prev_flat_grad', tf.tensor1d(this.#gradient));
      slots.set(
        'old_dirs',
        stack(({ change }) => change),
      );
      slots.set(
        'old_stps',
        stack(({ step }) => step),
      );
      slots.set('ro', tf.tensor1d(this.#updates.map(({ ro }) => ro)));
      const numbers = { t: this.t, H_diag: this.#scale, prev_loss: this.#loss, func_evals: this.evaluations };
      for (const [name, value] of Object.entries(numbers)) slots.set(name, tf.scalar(value));
    });
  }

  /** Takes back what {@link write} wrote. */
  async read(slots: Slots): Promise<void> {
    const values = async (name: string) => Float32Array.from((await slots.get(name)?.data<'float32'>()) ?? []);
    const number = async (name: string) => (await values(name))[0] ?? 0;
    this.iterations = slots.step;
    this.#direction = await values('d');
    this.#gradient = await values('prev_flat_grad');
    [this.t, this.#scale] = [await number('t'), await number('H_diag')];
    [this.#loss, this.evaluations] = [await number('prev_loss'), await number('func_evals')];
    const [changes, steps, ros] = [await values('old_dirs'), await values('old_stps'), await values('ro')];
    const size = this.#direction.length;
    if (changes.length !== ros.length * size || steps.length !== ros.length * size) {
      throw new MisconfigurationError({
        code: 'optimizer-state',
        found: `LBFGS's state remembers ${ros.length} updates, but ${changes.length} and ${steps.length} numbers of them.`,
        allowed: `${ros.length * size}, for ${size} parameters`,
      });
    }
    const part = (all: Float32Array, index: number) => all.slice(index * size, (index + 1) * size);
    this.#updates = Array.from(ros, (ro, index) => ({ change: part(changes, index), step: part(steps, index), ro }));
  }

  #learn(gradient: Float32Array, historySize: number): void {
    const change = gradient.map((value, i) => value - (this.#gradient[i] as number));
    const step = this.#direction.map((value) => value * this.t);
    const curvature = along(change, step);
    if (!(curvature > LEAST_CURVATURE)) return;
    if (this.#updates.length >= historySize) this.#updates.shift();
    this.#updates.push({ change, step, ro: Math.fround(1 / curvature) });
    this.#scale = Math.fround(curvature / along(change, change));
  }
}

/** The dot product, in float64. */
function along(a: Float32Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(to: Float64Array, values: Float32Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + weight * (values[i] as number);
}
