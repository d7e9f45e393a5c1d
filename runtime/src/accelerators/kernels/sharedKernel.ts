import * as tf from '../../tf.js';
import type { EngineName } from '../accelerator.js';

/** What a kernel makes: the caller disposes it. */
export type KernelResult = tf.TensorInfo | tf.TensorInfo[];

/** What tfjs hands to a kernel. The kernel borrows its inputs. */
export interface SharedCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: unknown;
  readonly engine: EngineName;
  readonly backend: tf.KernelBackend;
}

/** Calls the kernel that ours replaces; undefined where tfjs has none. */
export type StockKernel = ((call: SharedCall) => KernelResult) | undefined;

/** A kernel that is written once, for each engine inside this package. */
export interface SharedKernel {
  readonly name: string;
  readonly run: (call: SharedCall, stock: StockKernel) => KernelResult;
}

/** On the cpu engine tfjs's own kernel stays in use for calls that it gets right: it is what ours is compared with. */
export function unlessReference({ name, run }: SharedKernel, isRight: (call: SharedCall) => boolean): SharedKernel {
  return {
    name,
    run: (call, stock) =>
      call.engine === 'cpu' && stock !== undefined && isRight(call) ? stock(call) : run(call, stock),
  };
}

/** Where a composed kernel calls other kernels. What they make is freed at the end of its block, but for the result. */
export class Composition implements Disposable {
  readonly #engine: EngineName;
  readonly #backend: tf.KernelBackend;
  readonly #made: tf.TensorInfo[] = [];

  constructor({ engine, backend }: Pick<SharedCall, 'engine' | 'backend'>) {
    this.#engine = engine;
    this.#backend = backend;
  }

  /** Calls a kernel directly, past tfjs's engine: nothing is recorded on a tape and nothing is tracked by a scope. */
  call(name: string, inputs: Readonly<Record<string, tf.TensorInfo>>, attrs: object = {}): tf.TensorInfo {
    const { kernelFunc } = tf.getKernel(name, this.#engine);
    // Only kernels with one output are called here; tfjs types attributes as what a graph file can hold.
    const made = kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend: this.#backend }) as tf.TensorInfo;
    this.#made.push(made);
    return made;
  }

  /** The same numbers under another shape; nothing is copied. */
  reshape(x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    return tf.util.arraysEqual(x.shape, [...shape]) ? x : this.call(tf.Reshape, { x }, { shape });
  }

  /** With its axes in another order; `x` itself when that is the one it has. */
  transpose(x: tf.TensorInfo, order: readonly number[]): tf.TensorInfo {
    return order.every((axis, i) => axis === i) ? x : this.call(tf.Transpose, { x }, { perm: order });
  }

  /** What the kernel returns: stays when all else is freed. An input comes back as a tensor of its own. */
  result(x: tf.TensorInfo): tf.TensorInfo {
    const own = this.#made.includes(x) ? x : this.call(tf.Identity, { x });
    this.#made.splice(this.#made.indexOf(own), 1);
    return own;
  }

  [Symbol.dispose](): void {
    for (const { dataId } of this.#made.splice(0)) this.#backend.disposeData(dataId);
  }
}

/** Describes a kernel that is composed of others. */
export function defineComposedKernel<Inputs, Attributes>(
  name: string,
  compose: (call: { readonly inputs: Inputs; readonly attrs: Attributes }, kernels: Composition) => tf.TensorInfo,
): SharedKernel {
  return {
    name,
    run: (call) => {
      using kernels = new Composition(call);
      // The engine calls each kernel by its name, with the inputs and attributes of that name.
      const result = compose({ inputs: call.inputs as Inputs, attrs: call.attrs as Attributes }, kernels);
      return kernels.result(result);
    },
  };
}
