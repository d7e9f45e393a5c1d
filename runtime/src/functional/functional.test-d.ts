import { describe, expectTypeOf, it } from 'vitest';
import type * as tf from '../tf.js';
import * as functional from './index.js';

declare const x: tf.Tensor;

describe('functional', () => {
  it('takes tensors first and what is optional as one object', () => {
    expectTypeOf(
      functional.crossEntropy(x, x, { weight: x, ignoreIndex: 0, reduction: 'sum' }),
    ).toEqualTypeOf<tf.Tensor>();
    expectTypeOf(functional.conv2d(x, x, { bias: x, stride: [2, 1], padding: 'same' })).toEqualTypeOf<tf.Tensor>();
    expectTypeOf(functional.layerNorm(x, { normalizedShape: [3, 4], weight: x })).toEqualTypeOf<tf.Tensor>();
  });

  it('knows words, required options and what an option may be', () => {
    expectTypeOf<functional.Reduction>().toEqualTypeOf<'none' | 'mean' | 'sum'>();
    expectTypeOf<functional.KlDivOptions['reduction']>().toEqualTypeOf<
      'none' | 'mean' | 'sum' | 'batchmean' | undefined
    >();
    expectTypeOf<functional.SoftmaxOptions['dim']>().toEqualTypeOf<number>();
    expectTypeOf<functional.PadOptions['mode']>().toEqualTypeOf<
      'constant' | 'reflect' | 'replicate' | 'circular' | undefined
    >();
    // @ts-expect-error there is no such reduction
    functional.mseLoss(x, x, { reduction: 'average' });
    // @ts-expect-error `dim` is required
    functional.softmax(x, {});
    // @ts-expect-error a bias is an option
    functional.linear(x, x, x);
    // @ts-expect-error relu has no options
    functional.relu(x, { inplace: true });
  });
});
