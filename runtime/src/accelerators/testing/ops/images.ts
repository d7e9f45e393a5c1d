import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { distinct, type OpCase, type OpTable, uniform } from './opCase.js';

function resize(run: typeof tf.image.resizeBilinear): (random: TestRandom) => OpCase {
  return (random) => {
    const shape = [random.integer(1, 2), ...random.shape(2, 2, 5), random.integer(1, 3)];
    const size: [number, number] = [random.integer(1, 7), random.integer(1, 7)];
    const [alignCorners, halfPixelCenters] = random.pick([
      [false, false],
      [true, false],
      [false, true],
    ] as const);
    return {
      inputs: [uniform(random, shape)],
      run: (x: tf.Tensor4D) => run(x, size, alignCorners, halfPixelCenters),
    };
  };
}

/** Operations on images. */
export const IMAGE_OPS: OpTable = {
  'image.resizeBilinear': resize(tf.image.resizeBilinear),
  'image.resizeNearestNeighbor': resize(tf.image.resizeNearestNeighbor),
  'image.flipLeftRight': (random) => ({
    inputs: [uniform(random, random.shape(4, 4))],
    run: (x: tf.Tensor4D) => tf.image.flipLeftRight(x),
  }),
  'image.cropAndResize': (random) => {
    const shape = [2, random.integer(2, 5), random.integer(2, 5), random.integer(1, 3)];
    const count = random.integer(1, 3);
    const corner = () => [random.next() * 0.4 - 0.1, random.next() * 0.4 - 0.1];
    const boxes = Array.from({ length: count }, () => [...corner(), ...corner().map((value) => value + 0.7)]).flat();
    const owners = Array.from({ length: count }, () => random.integer(0, 1));
    const size: [number, number] = [random.integer(1, 4), random.integer(1, 4)];
    const method = random.pick(['bilinear', 'nearest'] as const);
    return {
      inputs: [uniform(random, shape)],
      run: (x: tf.Tensor4D) =>
        tf.image.cropAndResize(x, tf.tensor2d(boxes, [count, 4]), tf.tensor1d(owners, 'int32'), size, method, 0.5),
    };
  },
  localResponseNormalization: (random) => {
    const [radius, bias] = [random.integer(1, 3), 1 + random.next()];
    const [alpha, beta] = [random.next(), 0.4 + random.next()];
    return {
      inputs: [uniform(random, random.shape(4, 4, 5))],
      run: (x: tf.Tensor4D) => tf.localResponseNormalization(x, radius, bias, alpha, beta),
    };
  },
  dilation2d: (random) => {
    const [height, width, depth] = [random.integer(1, 3), random.integer(1, 3), random.integer(1, 3)];
    const dilations: [number, number] = [random.integer(1, 2), random.integer(1, 2)];
    const strides: [number, number] = [random.integer(1, 3), random.integer(1, 3)];
    const pad = random.pick(['valid', 'same'] as const);
    const image = [random.integer(1, 2), height * 2 + random.integer(0, 4), width * 2 + random.integer(0, 4), depth];
    const filter = uniform(random, [height, width, depth]).values.map((_, i) => (i % 7) * 0.01);
    return {
      inputs: [distinct(random, image), { shape: [height, width, depth], values: filter }],
      run: (x: tf.Tensor4D, f: tf.Tensor3D) => tf.dilation2d(x, f, strides, pad, dilations),
    };
  },
};
