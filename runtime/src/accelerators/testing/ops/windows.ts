import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { distinct, type OpCase, type OpInput, type OpTable, uniform } from './opCase.js';

type Pad2D = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;

/** Sizes of a convolution over `axes` spatial axes; a stride may be longer than the filter. */
interface Windows {
  readonly filter: number[];
  readonly strides: number[];
  readonly dilations: number[];
  readonly image: number[];
  readonly channels: number;
}

function windows(random: TestRandom, axes: number, dilated: boolean, longest = 3): Windows {
  const filter = random.shape(axes, axes, longest);
  const dilations = filter.map(() => (dilated ? random.integer(1, 3) : 1));
  const isDilated = dilations.some((dilation) => dilation > 1);
  const strides = filter.map(() => (isDilated ? 1 : random.integer(1, longest + 1)));
  const image = filter.map((size, axis) => (size - 1) * (dilations[axis] as number) + 1 + random.integer(0, 4));
  return { filter, strides, dilations, image, channels: random.integer(1, 3) };
}

/** tfjs takes a number only where filter and stride are square, so these are spelled out. */
function padding(random: TestRandom): Pad2D {
  const edge = () => random.integer(0, 2);
  return random.pick<Pad2D>([
    'valid',
    'same',
    [
      [0, 0],
      [edge(), edge()],
      [edge(), edge()],
      [0, 0],
    ],
  ]);
}

function conv2d(dilated: boolean): (random: TestRandom) => OpCase {
  return (random) => {
    const { filter, strides, dilations, image, channels } = windows(random, 2, dilated);
    const pad = padding(random);
    return {
      inputs: [
        uniform(random, [random.integer(1, 3), ...image, channels]),
        uniform(random, [...filter, channels, random.integer(1, 4)]),
      ],
      run: (x: tf.Tensor4D, f: tf.Tensor4D) =>
        tf.conv2d(x, f, strides as [number, number], pad, 'NHWC', dilations as [number, number]),
    };
  };
}

/** Stride and dilation at once, which tf.conv2d refuses and its kernel can do. */
function conv2dKernel(random: TestRandom): OpCase {
  const { filter, dilations, image, channels } = windows(random, 2, true);
  const strides = [random.integer(1, 3), random.integer(1, 3)];
  const pad = padding(random);
  return {
    inputs: [uniform(random, [2, ...image, channels]), uniform(random, [...filter, channels, 2])],
    run: (x, f) =>
      tf
        .engine()
        .runKernel(tf.Conv2D, { x, filter: f }, { strides, pad, dilations, dataFormat: 'NHWC' } as tf.NamedAttrMap),
  };
}

function depthwise(dilated: boolean): (random: TestRandom) => OpCase {
  return (random) => {
    const { filter, strides, dilations, image, channels } = windows(random, 2, dilated);
    const pad = padding(random);
    return {
      inputs: [
        uniform(random, [random.integer(1, 3), ...image, channels]),
        uniform(random, [...filter, channels, random.integer(1, 3)]),
      ],
      run: (x: tf.Tensor4D, f: tf.Tensor4D) =>
        tf.depthwiseConv2d(x, f, strides as [number, number], pad, 'NHWC', dilations as [number, number]),
    };
  };
}

/** The smallest image whose convolution has the given output, with up to `stride - 1` pixels more. */
function transposedSize(random: TestRandom, out: number, filter: number, stride: number): number {
  return (out - 1) * stride + filter + random.integer(0, stride - 1);
}

function conv2dTranspose(random: TestRandom): OpCase {
  const { filter, strides, channels } = windows(random, 2, false);
  const out = [random.integer(1, 3), random.integer(1, 3)];
  const image = out.map((size, axis) =>
    transposedSize(random, size, filter[axis] as number, strides[axis] as number),
  ) as [number, number];
  const [batch, inner] = [random.integer(1, 2), random.integer(1, 3)];
  return {
    inputs: [uniform(random, [batch, ...out, inner]), uniform(random, [...filter, channels, inner])],
    run: (x: tf.Tensor4D, f: tf.Tensor4D) =>
      tf.conv2dTranspose(x, f, [batch, ...image, channels], strides as [number, number], 'valid'),
  };
}

function conv3d(dilated: boolean): (random: TestRandom) => OpCase {
  return (random) => {
    const { filter, strides, dilations, image, channels } = windows(random, 3, dilated, 2);
    const pad = random.pick(['valid', 'same'] as const);
    return {
      inputs: [
        uniform(random, [random.integer(1, 2), ...image, channels]),
        uniform(random, [...filter, channels, random.integer(1, 2)]),
      ],
      run: (x: tf.Tensor5D, f: tf.Tensor5D) =>
        tf.conv3d(x, f, strides as [number, number, number], pad, 'NDHWC', dilations as [number, number, number]),
    };
  };
}

function conv3dTranspose(random: TestRandom): OpCase {
  const { filter, strides, channels } = windows(random, 3, false, 2);
  const out = random.shape(3, 3, 2);
  const image = out.map((size, axis) =>
    transposedSize(random, size, filter[axis] as number, strides[axis] as number),
  ) as [number, number, number];
  return {
    inputs: [uniform(random, [2, ...out, 2]), uniform(random, [...filter, channels, 2])],
    run: (x: tf.Tensor5D, f: tf.Tensor5D) =>
      tf.conv3dTranspose(x, f, [2, ...image, channels], strides as [number, number, number], 'valid'),
  };
}

function pool(
  axes: number,
  values: (random: TestRandom, shape: number[]) => OpInput,
  run: (x: tf.Tensor, filter: number[], strides: number[], pad: 'valid' | 'same') => tf.Tensor,
): (random: TestRandom) => OpCase {
  return (random) => {
    const { filter, strides, image, channels } = windows(random, axes, false, axes === 2 ? 3 : 2);
    const pad = random.pick(['valid', 'same'] as const);
    const input = values(random, [random.integer(1, 2), ...image, channels]);
    const shift = random.pick([-100, 0, 0]); // windows without a positive value
    return {
      inputs: [{ ...input, values: input.values.map((value) => value + shift * 0.01) }],
      run: (x) => run(x, filter, strides, pad),
    };
  };
}

/** Convolutions and poolings. */
export const WINDOW_OPS: OpTable = {
  conv2d: conv2d(false),
  'conv2d dilated': conv2d(true),
  'Conv2D with stride and dilation': conv2dKernel,
  depthwiseConv2d: depthwise(false),
  'depthwiseConv2d dilated': depthwise(true),
  conv2dTranspose,
  conv3d: conv3d(false),
  'conv3d dilated': conv3d(true),
  conv3dTranspose,
  conv1d: (random) => {
    const { filter, strides, image, channels } = windows(random, 1, false, 4);
    const pad = random.pick(['valid', 'same'] as const);
    return {
      inputs: [uniform(random, [2, ...image, channels]), uniform(random, [...filter, channels, 3])],
      run: (x: tf.Tensor3D, f: tf.Tensor3D) => tf.conv1d(x, f, strides[0] as number, pad),
    };
  },
  'conv1d dilated': (random) => {
    const { filter, dilations, image, channels } = windows(random, 1, true, 4);
    return {
      inputs: [uniform(random, [2, ...image, channels]), uniform(random, [...filter, channels, 3])],
      run: (x: tf.Tensor3D, f: tf.Tensor3D) => tf.conv1d(x, f, 1, 'same', 'NWC', dilations[0] as number),
    };
  },
  separableConv2d: (random) => {
    const { filter, strides, image, channels } = windows(random, 2, false);
    const stride = strides[0] as number; // tfjs's kernels want it the same along both axes
    return {
      inputs: [
        uniform(random, [2, ...image, channels]),
        uniform(random, [...filter, channels, 2]),
        uniform(random, [1, 1, channels * 2, 3]),
      ],
      run: (x: tf.Tensor4D, depth: tf.Tensor4D, point: tf.Tensor4D) =>
        tf.separableConv2d(x, depth, point, stride, 'same'),
    };
  },
  'fused.conv2d': (random) => {
    const { filter, strides, image, channels } = windows(random, 2, false);
    const activation = random.pick(['linear', 'sigmoid', 'elu'] as const);
    const pad = random.pick(['valid', 'same'] as const);
    return {
      inputs: [
        uniform(random, [2, ...image, channels]),
        uniform(random, [...filter, channels, 3]),
        uniform(random, [3]),
      ],
      run: (x: tf.Tensor4D, f: tf.Tensor4D, bias) =>
        tf.fused.conv2d({ x, filter: f, strides: strides as [number, number], pad, bias, activation }),
    };
  },
  maxPool: pool(2, distinct, (x, size, strides, pad) =>
    tf.maxPool(x as tf.Tensor4D, size as [number, number], strides as [number, number], pad),
  ),
  avgPool: pool(2, uniform, (x, size, strides, pad) =>
    tf.avgPool(x as tf.Tensor4D, size as [number, number], strides as [number, number], pad),
  ),
  maxPool3d: pool(3, distinct, (x, size, strides, pad) =>
    tf.maxPool3d(x as tf.Tensor5D, size as [number, number, number], strides as [number, number, number], pad),
  ),
  avgPool3d: pool(3, uniform, (x, size, strides, pad) =>
    tf.avgPool3d(x as tf.Tensor5D, size as [number, number, number], strides as [number, number, number], pad),
  ),
  maxPoolWithArgmax: pool(
    2,
    distinct,
    (x, size, strides, pad) =>
      tf.maxPoolWithArgmax(x as tf.Tensor4D, size as [number, number], strides as [number, number], pad)
        .result as tf.Tensor,
  ),
  'pool of averages, dilated': pool(2, uniform, (x) => tf.pool(x as tf.Tensor4D, [1, 1], 'avg', 'valid', [2, 1], 1)),
  'pool of maxima, dilated': (random) => ({
    inputs: [distinct(random, [1, random.integer(3, 5), random.integer(3, 5), 2])],
    run: (x: tf.Tensor4D) => tf.pool(x, 2, 'max', 'same', [1, 2], 1),
  }),
};
