import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../../tf.js';
import { expectNoLeak, expectSameOnBoth, expectSlope, startEngines } from '../../testing/differential.js';
import { TestRandom } from '../../testing/random.js';

beforeAll(startEngines);

type Pad = 'valid' | 'same' | [[0, 0], [number, number], [number, number], [0, 0]];

interface Case {
  readonly xShape: [number, number, number, number];
  readonly filterShape: [number, number, number, number];
  readonly strides: [number, number];
  readonly pad: Pad;
  readonly x: Float32Array;
  readonly filter: Float32Array;
  readonly dyShape: [number, number, number, number];
  readonly dy: Float32Array;
}

/** A random convolution: odd sizes, strides up to longer than the filter, every kind of padding. */
function makeCase(seed: number, kind: 'full' | 'depthwise'): Case {
  const random = new TestRandom(seed);
  const size = () => random.integer(1, 4);
  const filterShape: Case['filterShape'] = [size(), size(), random.integer(1, 5), random.integer(1, 3)];
  const [height, width, channels] = filterShape;
  const xShape: Case['xShape'] = [
    random.integer(1, 5),
    height + random.integer(0, 8),
    width + random.integer(0, 8),
    channels,
  ];
  const edge = () => random.integer(0, 3);
  const pad = random.pick<Pad>([
    'valid',
    'same',
    'same',
    [
      [0, 0],
      [edge(), edge()],
      [edge(), edge()],
      [0, 0],
    ],
  ]);
  const strides: Case['strides'] = [random.integer(1, 5), random.integer(1, 5)];
  const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, 1, pad, undefined, kind === 'depthwise');
  return {
    xShape,
    filterShape,
    strides,
    pad,
    x: random.floats(xShape),
    filter: random.floats(filterShape),
    dyShape: info.outShape,
    dy: random.floats(info.outShape),
  };
}

const SEEDS = Array.from({ length: 80 }, (_, seed) => seed);

describe('conv2d', () => {
  it('agrees with the reference, forward', async () => {
    for (const seed of SEEDS) {
      const c = makeCase(seed, 'full');
      await expectSameOnBoth(() => [
        tf.conv2d(tf.tensor4d(c.x, c.xShape), tf.tensor4d(c.filter, c.filterShape), c.strides, c.pad),
      ]);
    }
  });

  it.each([
    { size: 2, stride: 3, input: 7 },
    { size: 2, stride: 5, input: 6 },
    { size: 3, stride: 4, input: 9 },
    { size: 1, stride: 2, input: 5 },
  ])("pads 'same' with a stride longer than the filter: $size, $stride on $input", async ({ size, stride, input }) => {
    const random = new TestRandom(11);
    const [x, filter] = [random.floats([2, input, input, 3]), random.floats([size, size, 3, 4])];
    const bias = random.floats([4]);
    await expectSameOnBoth(() => {
      const image = tf.tensor4d(x, [2, input, input, 3]);
      const weights = tf.tensor4d(filter, [size, size, 3, 4]);
      const fused = { strides: stride, pad: 'same', bias: tf.tensor1d(bias), activation: 'relu' } as const;
      return [
        tf.conv2d(image, weights, stride, 'same'),
        tf.fused.conv2d({ x: image, filter: weights, ...fused }),
        tf.depthwiseConv2d(image, weights, stride, 'same'),
        tf.fused.depthwiseConv2d({ x: image, filter: weights, ...fused, bias: tf.zeros([12]) }),
      ];
    });
  });

  it.each(['linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu'] as const)(
    'agrees with the reference, with bias and activation: %s',
    async (activation) => {
      for (const seed of SEEDS.slice(0, 10)) {
        const c = makeCase(seed, 'full');
        const bias = new TestRandom(seed).floats(c.filterShape.slice(3));
        await expectSameOnBoth(() => [
          tf.fused.conv2d({
            x: tf.tensor4d(c.x, c.xShape),
            filter: tf.tensor4d(c.filter, c.filterShape),
            strides: c.strides,
            pad: c.pad,
            bias: tf.tensor1d(bias),
            activation,
            leakyreluAlpha: 0.3,
          }),
        ]);
      }
    },
  );

  // tfjs's reference takes the filter's height for its width here, so padding by side is what to compare with.
  it('takes padding as one number for filters and strides that are not square', () => {
    const random = new TestRandom(12);
    const [x, filter] = [random.floats([1, 8, 10, 2]), random.floats([3, 4, 2, 2])];
    const gradients = (pad: Pad | number) =>
      tf.tidy(() => {
        const f = (a: tf.Tensor, b: tf.Tensor) => {
          const [image, weights] = [a as tf.Tensor4D, b as tf.Tensor4D];
          const both = [
            tf.conv2d(image, weights, [4, 1], pad),
            tf.depthwiseConv2d(image, weights, [4, 1], pad),
            tf.maxPool(image, [3, 2], [4, 1], pad),
            tf.avgPool(image, [3, 2], [4, 1], pad),
          ];
          return tf.addN(both.map((out) => tf.sum(tf.square(out))));
        };
        const { value, grads } = tf.valueAndGrads(f)([tf.tensor(x, [1, 8, 10, 2]), tf.tensor(filter, [3, 4, 2, 2])]);
        return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
      });
    expect(gradients(1)).toEqual(
      gradients([
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
    );
  });

  it('has the gradients of the reference', async () => {
    for (const seed of SEEDS) {
      const c = makeCase(seed, 'full');
      const attrs = { strides: c.strides, pad: c.pad, dataFormat: 'NHWC' };
      await expectSameOnBoth(() => {
        const dy = tf.tensor4d(c.dy, c.dyShape);
        const x = tf.tensor4d(c.x, c.xShape);
        const filter = tf.tensor4d(c.filter, c.filterShape);
        return [
          run(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape: c.filterShape }),
          run(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: c.xShape }),
        ];
      });
    }
  });

  it.each([
    { name: 'one image at a time', xShape: [3, 40, 40, 8], filterShape: [5, 5, 8, 4] },
    { name: 'a last part that is not full', xShape: [5, 20, 20, 8], filterShape: [5, 5, 8, 4] },
  ] as const)('unfolds large batches in parts: $name', async ({ xShape, filterShape }) => {
    const random = new TestRandom(21);
    const [x, filter] = [random.floats(xShape), random.floats(filterShape)];
    for (const strides of [1, 2]) {
      const f = (image: tf.Tensor, weights: tf.Tensor) =>
        tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, strides, 'same')));
      await expectSameOnBoth(() => tf.grads(f)([tf.tensor(x, [...xShape]), tf.tensor(filter, [...filterShape])]));
    }
  });

  it('has gradients that follow its slope', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const c = makeCase(seed, 'full');
      const random = new TestRandom(seed);
      const weigh = (out: tf.Tensor) => tf.sum(tf.mul(out, tf.tensor(c.dy, c.dyShape))) as tf.Scalar;
      const conv = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.strides, c.pad);
      const [x, filter] = [tf.tensor(c.x, c.xShape), tf.tensor(c.filter, c.filterShape)];
      expectSlope((v) => weigh(conv(v, filter)), { values: c.x, shape: c.xShape }, random.floats(c.xShape));
      expectSlope((v) => weigh(conv(x, v)), { values: c.filter, shape: c.filterShape }, random.floats(c.filterShape));
      tf.dispose([x, filter]);
    }
  });

  it('refuses channels first, and gradients of another shape, with a reason', () => {
    const [x, filter] = [tf.ones([1, 6, 6, 1]), tf.ones([2, 2, 1, 1])];
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NCHW', filterShape: [2, 2, 1, 1], inputShape: [1, 6, 6, 1] };
    expect(() => run(tf.Conv2DBackpropFilter, { x, dy: x }, attrs)).toThrow(/NCHW.*NHWC/s);
    const channelsLast = { ...attrs, dataFormat: 'NHWC' };
    expect(() => run(tf.Conv2DBackpropFilter, { x, dy: x }, channelsLast)).toThrow(/\[1,5,5,1\].*\[1,6,6,1\]/);
    expect(() => run(tf.Conv2DBackpropInput, { dy: x, filter }, channelsLast)).toThrow(/\[1,5,5,1\].*\[1,6,6,1\]/);
    tf.dispose([x, filter]);
  });

  it('leaves nothing of an image that is smaller than the window', async () => {
    const image = tf.ones<tf.Rank.R4>([1, 2, 4, 1]);
    await expectSameOnBoth(() => [
      tf.conv2d(image, tf.ones([3, 2, 1, 2]), 1, 'valid'),
      tf.depthwiseConv2d(image, tf.ones([3, 2, 1, 2]), 1, 'valid'),
      tf.maxPool(image, [3, 2], 1, 'valid'),
    ]);
    expect(() => tf.maxPool(image, 4, 1, 'valid')).toThrow(/4×4 does not fit on an image of 2×4/);
    image.dispose();
  });
});

describe('depthwiseConv2d', () => {
  it('agrees with the reference, forward and backward', async () => {
    for (const seed of SEEDS) {
      const c = makeCase(seed, 'depthwise');
      const attrs = { strides: c.strides, pad: c.pad, dilations: [1, 1] };
      await expectSameOnBoth(() => {
        const dy = tf.tensor4d(c.dy, c.dyShape);
        const x = tf.tensor4d(c.x, c.xShape);
        const filter = tf.tensor4d(c.filter, c.filterShape);
        return [
          tf.depthwiseConv2d(x, filter, c.strides, c.pad),
          run(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...attrs, filterShape: c.filterShape }),
          run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, { ...attrs, inputShape: c.xShape }),
        ];
      });
    }
  });

  it('leaves nothing behind', () => {
    expectNoLeak(() =>
      tf.tidy(() => {
        const [x, filter] = [tf.ones<tf.Rank.R4>([2, 5, 5, 2]), tf.ones<tf.Rank.R4>([3, 3, 2, 2])];
        tf.grads((a, b) => tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))([x, filter]);
      }),
    );
  });
});

function run(name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs) as tf.Tensor; // one output each
}
