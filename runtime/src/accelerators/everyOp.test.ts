import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../tf.js';
import { expectSameOnBoth, startEngines } from './testing/differential.js';
import { OP_TABLES } from './testing/ops/index.js';
import type { OpCase } from './testing/ops/opCase.js';
import { TestRandom } from './testing/random.js';
import { asArray, expectGradientsFollowSlopes, gradientsOf, makeTensors } from './testing/slopes.js';

/** How many random cases each operation gets. */
const CASES = Number(process.env.LIGHTNING_TEST_CASES ?? 6);

/** No operation's output here has more. */
const MOST_NUMBERS = 2 ** 14;

/** float32 on both sides, by other formulas for some functions. */
const TOLERANCE = 1e-4;

/** Backpropagation of tfjs-core knows real numbers only; `gradients/complex.test.ts` has what there is. */
const FORWARD_ONLY = ['signals'];

/** Here integers overflow, or come out as floats from one engine: nobody has missed it. */
const NOT_FOR_INTEGERS = ['dilation2d', 'pow'];

beforeAll(async () => {
  await startEngines();
  tf.env().set('IS_TEST', false); // tfjs's own check miscounts what is kept for gradients
});

describe.each(Object.entries(OP_TABLES))('operations: %s', (family, table) => {
  const hasGradients = !FORWARD_ONLY.includes(family);

  describe.each(Object.entries(table))('%s', (name, make) => {
    it.runIf(hasGradients)('has gradients that follow its slopes', async () => {
      await tf.setBackend('cpu');
      await forEachCase(make, async (c, random) => expectGradientsFollowSlopes(c, random));
    });

    it('is the same on both engines', () =>
      forEachCase(make, (c) => expectSameOnBoth(() => asArray(c.run(...makeTensors(c.inputs))), TOLERANCE)));

    it.runIf(hasGradients)('has the same gradients on both engines', () =>
      forEachCase(make, (c, random) => {
        const weights = random.floats([MOST_NUMBERS]);
        return expectSameOnBoth(() => gradientsOf(c, (size) => weights.subarray(0, size)), TOLERANCE);
      }),
    );

    // What moves numbers about does so with truth values too; arithmetic on them is left to a cast.
    const moves = family === 'shapes' || name.startsWith('gather');
    const dtypes = moves ? (['int32', 'bool'] as const) : (['int32'] as const);
    it.skipIf(NOT_FOR_INTEGERS.includes(name)).each(dtypes)('is the same for %s', (dtype) =>
      forEachCase(make, async ({ inputs, run }) => {
        const tensors = () => inputs.map(({ shape, values }) => tf.tensor(integers(values, dtype), shape, dtype));
        const compute = () => asArray(run(...tensors()));
        if (await isPossible(compute)) await expectSameOnBoth(compute, TOLERANCE);
      }),
    );
  });
});

/** Runs a test on every random case; its failure names the seed. */
async function forEachCase(
  make: (random: TestRandom) => OpCase,
  test: (c: OpCase, random: TestRandom) => Promise<void>,
): Promise<void> {
  for (let seed = 0; seed < CASES; seed++) {
    const random = new TestRandom(seed);
    const c = make(random);
    try {
      await test(c, random);
    } catch (error) {
      const shapes = c.inputs.map(({ shape }) => `[${shape}]`).join(' ');
      throw new Error(`seed ${seed}, shapes ${shapes}: ${String(error)}`, { cause: error });
    }
  }
}

function integers(values: Float32Array, dtype: 'int32' | 'bool'): number[] {
  return Array.from(values, (value) => (dtype === 'bool' ? Number(value > 0) : Math.round(value * 5)));
}

/** Some operations refuse numbers that are not floats. */
async function isPossible(compute: () => tf.Tensor[]): Promise<boolean> {
  await tf.setBackend('cpu');
  try {
    tf.tidy(() => void compute());
    return true;
  } catch {
    return false;
  }
}

/** Kernels without a gradient of their own, by reason. */
const WITHOUT_GRADIENT: Readonly<Record<string, readonly string[]>> = {
  'their result does not depend on numbers of a tensor': ['BroadcastArgs', 'Draw', 'Fill', 'LinSpace', 'Range'],
  'integers, truth values and places': ['BitwiseAnd', 'SearchSorted', 'SparseFillEmptyRows', 'SparseReshape', 'Unique'],
  'draws at random': ['Multinomial'],
  'a choice of boxes': ['NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5'],
  'ragged tensors and texts': ['RaggedGather', 'RaggedRange', 'RaggedTensorToTensor', 'StaticRegexReplace'].concat([
    'StringNGrams',
    'StringSplit',
    'StringToHashBucketFast',
  ]),
  'changes images for training data': ['RotateWithOffset', 'Transform'],
  'the fused operation brings its gradient along': ['_FusedMatMul', 'FusedConv2D', 'FusedDepthwiseConv2D'],
  'is a gradient itself': ['AvgPool3DGrad', 'AvgPoolGrad', 'Conv2DBackpropFilter', 'Conv3DBackpropFilterV2']
    .concat(['CropAndResizeGradBoxes', 'CropAndResizeGradImage', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput'])
    .concat(['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput', 'EluGrad', 'LRNGrad'])
    .concat(['MaxPool3DGrad', 'MaxPoolGrad', 'ReluGrad', 'ResizeBilinearGrad'])
    .concat(['ResizeNearestNeighborGrad', 'StridedSliceGrad'])
    .concat(['LightningBatchNormTrainingGrad', 'LightningStackDepth', 'LightningUnstackDepth']),
};

it('has a case for every kernel that has a gradient, and a reason for those without', async () => {
  await tf.setBackend('cpu');
  const used = new Set<string>();
  for (const make of Object.values(OP_TABLES).flatMap((table) => Object.values(table))) {
    for (let seed = 0; seed < 3; seed++) {
      const { inputs, run } = make(new TestRandom(seed));
      const { kernels } = await tf.profile(() => tf.tidy(() => asArray(run(...makeTensors(inputs)))));
      for (const { name } of kernels) used.add(name);
    }
  }
  const registered = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  const without = Object.values(WITHOUT_GRADIENT).flat();
  const hasGradient = (name: string) => tf.getGradient(name) !== undefined;
  expect(registered.filter((name) => hasGradient(name) && !used.has(name))).toEqual([]);
  expect(registered.filter((name) => !hasGradient(name) && !without.includes(name))).toEqual([]);
});
