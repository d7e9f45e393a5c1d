import * as tf from '../tf.js';

/** One recorded operation, as tfjs's engine keeps it. */
export interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor | undefined>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved?: readonly tf.Tensor[];
  /** Undefined for an operation that has no gradient. */
  readonly gradient?: (dys: readonly (tf.Tensor | undefined)[]) => Readonly<Record<string, () => tf.Tensor>>;
}

/** What the engine is asked to run. */
export interface KernelCall {
  readonly kernelName?: string;
  /** By name, or as a list where there may be any number. */
  readonly inputs: Readonly<Record<string, tf.Tensor | null | undefined>> | readonly tf.Tensor[];
}

/**
 * What we use of tfjs's engine beyond its public types. Pinned to tfjs-core 4.22 (`engine.ts`): an operation is recorded
 * when `gradientDepth > 0` and no kernel is running.
 */
export interface EngineInternals {
  readonly state: {
    gradientDepth: number;
    /** Above 0 while an operation runs, and what it does is part of it. */
    readonly kernelDepth: number;
    /** Memory of all tensors. */
    readonly numBytes: number;
    readonly tensorInfo: { get(dataId: object): { readonly backend: object } | undefined };
    activeTape: TapeNode[] | null;
    readonly activeScope: { readonly id: number } | null;
  };
  /** Ids count up over the whole process. */
  nextTensorId(): number;
  readonly backendName: string;
  readonly backend: { incRef(dataId: object): void };
  /** Used by the engine itself: for what an operation saves, and in `tf.variable`. */
  clone(tensor: tf.Tensor): tf.Tensor;
  makeTensorFromTensorInfo(info: tf.TensorInfo, backend: object): tf.Tensor;
  /** Records an operation. */
  addTapeNode(
    kernelName: string,
    inputs: Readonly<Record<string, tf.Tensor | undefined>>,
    outputs: readonly tf.Tensor[],
    gradient: unknown,
    saved: readonly tf.Tensor[],
    attrs: unknown,
  ): void;
  /** Where every operation goes through: a registered kernel with its name, or one of `customGrad` without. */
  runKernelFunc(call: KernelCall): tf.Tensor | tf.Tensor[];
  startScope(name: string): void;
  endScope(survivors: readonly tf.Tensor[]): void;
}

/** The one engine of this process. */
export function engineInternals(): EngineInternals {
  // tfjs does not publish these members' types; `autograd.test.ts` fails when they are gone.
  return tf.engine() as unknown as EngineInternals;
}

/** A tensor's scope, which tfjs keeps but does not publish. */
export function scopeIdOf(tensor: tf.Tensor): number {
  return (tensor as unknown as { readonly scopeId: number }).scopeId;
}

/** True for tensors that `tf.keep` protects, which tfjs keeps but does not publish. */
export function isKept(tensor: tf.Tensor): boolean {
  return (tensor as unknown as { readonly kept: boolean }).kept;
}
