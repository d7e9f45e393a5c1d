import * as tf from '../tf.js';
import { type EngineInternals, engineInternals, type KernelCall } from './engineInternals.js';

/** What a kernel that ran was given and made. The tensors are borrowed, and may be freed after the call. */
export interface KernelRun {
  readonly name: string;
  readonly inputs: readonly tf.Tensor[];
  readonly outputs: readonly tf.Tensor[];
  /** Memory that its outputs take, in bytes; what shares an input's memory, as a reshape does, takes none. */
  readonly bytes: number;
  /** Memory of all tensors then, as `tf.memory()` counts it. */
  readonly totalBytes: number;
}

/** Hears of every kernel. One may run others inside of it. */
export interface KernelObserver {
  begin(name: string): void;
  end(run: KernelRun): void;
  /** It threw. */
  failed(name: string): void;
}

const observers = new Set<KernelObserver>();

/**
 * From now on the observer hears of every kernel that the engine runs, ours and tfjs's, forward and backward, until what is returned is
 * disposed. While nobody observes, the engine is as tfjs made it. On an engine that computes on another device, a kernel's end is when it
 * was handed over.
 */
export function observeKernels(observer: KernelObserver): Disposable {
  const engine = engineInternals();
  if (observers.size === 0) engine.runKernelFunc = observed(engine, engine.runKernelFunc.bind(engine));
  observers.add(observer);
  return {
    [Symbol.dispose]() {
      // The class's own method lies behind ours.
      if (observers.delete(observer) && observers.size === 0) Reflect.deleteProperty(engine, 'runKernelFunc');
    },
  };
}

function observed(engine: EngineInternals, run: EngineInternals['runKernelFunc']): EngineInternals['runKernelFunc'] {
  return (call) => {
    const { kernelName: name } = call;
    if (name === undefined) return run(call); // customGrad: what it consists of comes by itself
    for (const observer of observers) observer.begin(name);
    let outputs: tf.Tensor | tf.Tensor[];
    try {
      outputs = run(call);
    } catch (error) {
      for (const observer of observers) observer.failed(name);
      throw error;
    }
    const made = new KernelRunFacts(name, call, outputs, engine.state.numBytes);
    for (const observer of observers) observer.end(made);
    return outputs;
  };
}

/** Worked out when it is asked for: an observer looks at the clock first, and may not want it at all. */
class KernelRunFacts implements KernelRun {
  readonly name: string;
  readonly totalBytes: number;
  readonly #call: KernelCall;
  readonly #made: tf.Tensor | readonly tf.Tensor[];

  constructor(name: string, call: KernelCall, made: tf.Tensor | readonly tf.Tensor[], totalBytes: number) {
    this.name = name;
    this.#made = made;
    this.totalBytes = totalBytes;
    this.#call = call;
  }

  get inputs(): readonly tf.Tensor[] {
    return Object.values(this.#call.inputs).filter((input) => input !== null && input !== undefined);
  }

  get outputs(): readonly tf.Tensor[] {
    return [this.#made].flat();
  }

  get bytes(): number {
    const shared = new Set(this.inputs.map(({ dataId }) => dataId));
    return this.outputs.reduce((sum, { dataId, size, dtype }) => {
      return shared.has(dataId) || dtype === 'string' ? sum : sum + size * tf.util.bytesPerElement(dtype);
    }, 0);
  }
}
