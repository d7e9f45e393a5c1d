import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';

/** What tfjs hands to a kernel. The kernel borrows its inputs and returns a new tensor, which the caller disposes. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** Calls the kernel that ours replaces; undefined where tfjs has none. */
export type StockKernel = ((call: KernelCall<unknown, unknown>) => tf.TensorInfo) | undefined;

/** A kernel as the registry wants it: what goes in is known at run time only. */
export interface WasmKernel {
  readonly name: string;
  readonly run: (call: KernelCall<unknown, unknown>, stock: StockKernel) => tf.TensorInfo | tf.TensorInfo[];
}

/** Describes a kernel of ours for the registry. */
export function defineKernel<Inputs, Attributes>(
  name: string,
  run: (call: KernelCall<Inputs, Attributes>, stock: StockKernel) => tf.TensorInfo | tf.TensorInfo[],
): WasmKernel {
  // The one place where tfjs's untyped registry meets typed kernels: the engine calls each by its name.
  return { name, run: run as WasmKernel['run'] };
}

/** The kernel that ours replaces, where it always is there. */
export function requireStock(name: string, stock: StockKernel): NonNullable<StockKernel> {
  tf.util.assert(stock !== undefined, () => `tfjs's wasm backend has lost its kernel ${name}.`);
  return stock as NonNullable<StockKernel>;
}

/**
 * Calls another wasm kernel directly, past the engine: nothing is recorded on a tape and nothing is tracked by a scope.
 * The caller disposes the result by `backend.disposeData`.
 */
export function callKernel(
  backend: BackendWasm,
  name: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap = {},
): tf.TensorInfo {
  return tf.getKernel(name, 'wasm').kernelFunc({ inputs, attrs, backend }) as tf.TensorInfo; // all ours have one output
}
