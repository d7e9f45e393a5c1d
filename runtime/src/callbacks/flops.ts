import * as tf from '../tf.js';

type Shape = readonly number[];

/** What a kernel multiplies and adds, two operations each. Counted as torch.utils.flop_counter counts: products and convolutions. */
const COUNTS: Readonly<Record<string, (inputs: readonly Shape[], output: Shape) => number>> = {
  BatchMatMul: ofProduct,
  _FusedMatMul: ofProduct,
  Conv2D: ofConvolution,
  FusedConv2D: ofConvolution,
  Conv3D: ofConvolution,
  DepthwiseConv2dNative: ofDepthwise,
  FusedDepthwiseConv2D: ofDepthwise,
  // A transposed convolution: each value of the input is spread over the filter.
  Conv2DBackpropInput: ([input = [], filter = []]) => 2 * sizeOf(input) * sizeOf(filter.slice(0, -1)),
};

/**
 * Floating point operations of products and convolutions in what a function computes.
 * Cost: runs it, with the engine's profiler on.
 */
export async function countFlops(compute: () => unknown): Promise<number> {
  // The profiler asks for tensors as a result, and only counts them.
  const { kernels } = await tf.profile(compute as () => tf.TensorContainer);
  return kernels.reduce((sum, { name, inputShapes, outputShapes }) => {
    const [output = []] = outputShapes as Shape[]; // one for each output
    return (
      sum +
      (COUNTS[name]?.(
        inputShapes.filter((shape) => shape !== null),
        output,
      ) ?? 0)
    );
  }, 0);
}

function ofProduct([a = []]: readonly Shape[], output: Shape): number {
  // The inner size, whichever way the first matrix is turned.
  const inner = ((a.at(-1) ?? 1) * (a.at(-2) ?? 1)) / (output.at(-2) ?? 1);
  return 2 * sizeOf(output) * inner;
}

function ofConvolution([, filter = []]: readonly Shape[], output: Shape): number {
  return 2 * sizeOf(output) * sizeOf(filter.slice(0, -1));
}

function ofDepthwise([, filter = []]: readonly Shape[], output: Shape): number {
  return 2 * sizeOf(output) * sizeOf(filter.slice(0, 2));
}

function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}
