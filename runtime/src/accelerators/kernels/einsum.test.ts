import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectNoLeak, startEngines } from '../testing/differential.js';
import { parseEquation } from './einsumEquation.js';

beforeAll(startEngines);

describe('an equation', () => {
  it.each<[string, number[][], string]>([
    [
      'ij,jk',
      [
        [2, 3],
        [3, 4],
      ],
      'ik',
    ],
    ['ba', [[2, 3]], 'ab'],
    ['ii', [[2, 2]], ''],
    ['Ab,b', [[2, 3], [3]], 'A'],
    [
      '...ij,...jk->...ik',
      [
        [5, 2, 3],
        [3, 4],
      ],
      'aik',
    ],
  ])('%s is read as torch reads it', (equation, shapes, output) => {
    expect(parseEquation(equation, shapes).output).toBe(output);
  });

  it.each<[string, number[][], RegExp]>([
    ['ij,jk->ik', [[2, 3]], /names 2 tensors, but got 1/],
    ['ij->i', [[2, 3, 4]], /has 'ij' for a tensor of shape \[2,3,4\]/],
    [
      'ij,jk->ik',
      [
        [2, 3],
        [4, 5],
      ],
      /has 'j' for sizes 3 and 4/,
    ],
    ['ij->k', [[2, 3]], /has 'k' in its result only/],
    ['ij->ii', [[2, 3]], /has a letter twice in its result/],
    ['i1->i', [[2, 3]], /not made of letters/],
  ])('%s with shapes %j is refused', (equation, shapes, message) => {
    expect(() => parseEquation(equation, shapes)).toThrow(message);
  });
});

describe.each(['cpu', 'wasm'] as const)('einsum on %s', (engine) => {
  it('computes attention as products of matrices do', async () => {
    await tf.setBackend(engine);
    expectNoLeak(() =>
      tf.tidy(() => {
        const [q, k] = [tf.randomNormal([2, 3, 4, 5]), tf.randomNormal([2, 3, 6, 5])];
        const found = tf.einsum('bhid,bhjd->bhij', q, k);
        expect(found.shape).toEqual([2, 3, 4, 6]);
        expect(tf.max(tf.abs(tf.sub(found, tf.matMul(q, k, false, true)))).dataSync()[0]).toBeLessThan(1e-5);
      }),
    );
  });

  it('does not hand out its input', async () => {
    await tf.setBackend(engine);
    const x = tf.tensor2d([[1, 2]]);
    const same = tf.einsum('ij->ij', x);
    x.dispose();
    expect(Array.from(same.dataSync())).toEqual([1, 2]);
    same.dispose();
  });
});
