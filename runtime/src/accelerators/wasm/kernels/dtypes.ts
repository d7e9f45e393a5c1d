import * as tf from '../../../tf.js';
import { defineKernel, type KernelCall, requireStock, type WasmKernel } from '../kernel.js';
import { type AnyInputs, runOnReference } from './fromReference.js';

const FLOATS: readonly tf.DataType[] = ['float32'];
const NUMBERS: readonly tf.DataType[] = ['float32', 'int32'];
const VALUES: readonly tf.DataType[] = ['float32', 'int32', 'bool'];
const NOT_COMPLEX: readonly tf.DataType[] = ['float32', 'int32', 'bool', 'string'];

/** Kernels by the dtypes with which they are right. */
const KERNELS: readonly (readonly [readonly tf.DataType[], readonly string[]])[] = [
  [
    FLOATS,
    [
      ...[tf.Acos, tf.Acosh, tf.Asin, tf.Asinh, tf.Atanh, tf.Ceil, tf.ClipByValue, tf.Cos, tf.Cosh, tf.Elu, tf.Erf],
      ...[tf.Expm1, tf.Floor, tf.IsFinite, tf.IsInf, tf.IsNan, tf.Log, tf.Log1p, tf.Prelu, tf.Reciprocal, tf.Rsqrt],
      ...[tf.Sigmoid, tf.Sin, tf.Sinh, tf.Softmax, tf.Sqrt, tf.Tan, tf.Tanh],
      ...[tf.AvgPool, tf.BatchMatMul, tf.FusedBatchNorm, tf.LRN, tf.MaxPool, tf.ResizeNearestNeighbor, tf._FusedMatMul],
      ...[tf.Conv2D, tf.Conv2DBackpropFilter, tf.Conv2DBackpropInput, tf.FusedConv2D],
      ...[tf.Conv3D, tf.Conv3DBackpropFilterV2, tf.Conv3DBackpropInputV2],
      ...[tf.DepthwiseConv2dNative, tf.DepthwiseConv2dNativeBackpropInput, tf.FusedDepthwiseConv2D],
    ],
  ],
  [
    NUMBERS,
    [
      ...[tf.Abs, tf.Atan, tf.Atan2, tf.Bincount, tf.Cumprod, tf.Cumsum, tf.DenseBincount, tf.Exp, tf.FloorDiv],
      ...[tf.LeakyRelu, tf.Maximum, tf.Minimum, tf.MirrorPad, tf.Mod, tf.Neg, tf.PadV2, tf.RealDiv, tf.Relu, tf.Relu6],
      ...[tf.Reverse, tf.Round, tf.Selu, tf.Sign, tf.Softplus, tf.SpaceToBatchND, tf.SparseSegmentMean],
      ...[tf.SparseSegmentSum, tf.Square, tf.Step, tf.Sum, tf.TopK],
    ],
  ],
  [VALUES, [tf.Equal, tf.NotEqual, tf.Tile]],
  [NOT_COMPLEX, [tf.Add, tf.Cast, tf.Concat, tf.Multiply, tf.OnesLike, tf.Pack, tf.Sub, tf.ZerosLike]],
];

/**
 * The dtypes with which a kernel of the wasm backend is right. With others upstream's read a tensor's bytes as floats, write
 * past its end (a truth value has one byte, not four), or leave the result as the memory was; without an error.
 */
const RIGHT_DTYPES: ReadonlyMap<string, readonly tf.DataType[]> = new Map(
  KERNELS.flatMap(([dtypes, names]) => names.map((name) => [name, dtypes] as const)),
);

/** Upstream's kernels of that list that we have no reason to replace but this one. */
export function guardedKernels(ours: readonly WasmKernel[]): WasmKernel[] {
  return [...RIGHT_DTYPES.keys()]
    .filter((name) => !ours.some((kernel) => kernel.name === name))
    .map((name) => defineKernel(name, (call, stock) => requireStock(name, stock)(call)));
}

/** The kernel, but tfjs's reference, on copies, for the dtypes with which it is not right. */
export function guarded({ name, run }: WasmKernel): WasmKernel {
  const right = RIGHT_DTYPES.get(name);
  if (right === undefined) return { name, run };
  return defineKernel<AnyInputs, Attributes>(name, (call, stock) =>
    areOf(right, call) ? run(call, stock) : runOnReference(name, call),
  );
}

type Attributes = { readonly dtype?: tf.DataType } | undefined;

function areOf(right: readonly tf.DataType[], { inputs, attrs }: KernelCall<AnyInputs, Attributes>): boolean {
  for (const name in inputs) {
    const input = inputs[name];
    if (input && !Array.isArray(input) && !right.includes(input.dtype)) return false;
  }
  return attrs?.dtype !== 'complex64'; // a cast
}
