import { beforeAll, describe, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectSameOnBoth, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';
import { expectGradientsFollowSlopes } from '../testing/slopes.js';

beforeAll(async () => {
  await startEngines();
  tf.env().set('IS_TEST', false); // tfjs's own check miscounts what is kept for gradients
});

describe.each([
  { name: 'resizeBilinear', resize: tf.image.resizeBilinear },
  { name: 'resizeNearestNeighbor', resize: tf.image.resizeNearestNeighbor },
] as const)('the gradient of $name', ({ resize }) => {
  it.each([
    // tfjs's reference did not come back from the first one.
    { from: [1, 1], to: [4, 4], alignCorners: true, halfPixelCenters: false },
    { from: [4, 4], to: [1, 1], alignCorners: true, halfPixelCenters: false },
    { from: [2, 3], to: [6, 7], alignCorners: false, halfPixelCenters: true },
    { from: [5, 4], to: [2, 3], alignCorners: false, halfPixelCenters: true },
    { from: [2, 5], to: [7, 1], alignCorners: false, halfPixelCenters: false },
  ])('$from to $to, corners $alignCorners, centres $halfPixelCenters', async ({ from, to, ...flags }) => {
    const random = new TestRandom(1);
    const shape = [2, ...from, 3];
    const values = random.floats(shape);
    const run = (x: tf.Tensor): tf.Tensor4D =>
      resize(x as tf.Tensor4D, to as [number, number], flags.alignCorners, flags.halfPixelCenters);
    for (const engine of ['cpu', 'wasm']) {
      await tf.setBackend(engine);
      expectGradientsFollowSlopes({ inputs: [{ shape, values }], run }, random);
    }
    await expectSameOnBoth(() => [run(tf.tensor(values, shape))]);
  });
});
