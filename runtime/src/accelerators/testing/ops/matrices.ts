import * as tf from '../../../tf.js';
import { normalizeBatch } from '../../layers/batchNorm.js';
import type { TestRandom } from '../random.js';
import { away, type OpCase, type OpTable, uniform } from './opCase.js';

/** Equations of `einsum`: products, sums, diagonals, outer products, several operands, axes that are broadcast. */
const EQUATIONS = [
  'ij,jk->ik',
  'ij,jk->ki',
  'ij,ij->i',
  'ij,ij->',
  'ij->ji',
  'ij->',
  'ijk->kj',
  'i,j->ij',
  'i,i->',
  'bij,bjk->bik',
  'bhid,bhjd->bhij',
  'bhij,bhjd->bihd',
  'ij,k->ikj',
  'abc,cd->abd',
  'abc,dc->abd',
  'nchw,co->nohw',
  'ij,jk,kl->il',
  'ab,bc,cd,de->ae',
  'bi,bj,ijk->bk',
  'ij,i->j',
  'ij,->ij',
  'iij->ij',
  'ii,ij->j',
  'iji->j',
  '...ij,...jk->...ik',
  'i...,i...->...',
  'ij,jk',
  '...ij->...ji',
] as const;

function einsum(random: TestRandom): OpCase {
  const equation = random.pick(EQUATIONS);
  const sizes = new Map([...'abcdehijklnow'].map((letter) => [letter, random.integer(1, 3)]));
  const terms = (equation.split('->')[0] as string).split(',');
  const extra = random.shape(0, 2, 3);
  const shapeOf = (term: string): number[] =>
    [...term.replace('...', '.')].flatMap((letter) => (letter === '.' ? extra : (sizes.get(letter) as number)));
  const inputs = terms.map((term) => uniform(random, shapeOf(term)));
  return { inputs, run: (...all) => tf.einsum(equation, ...all) };
}

function matMul(random: TestRandom): OpCase {
  const outer = random.shape(0, 3, 3);
  const shrink = () =>
    outer
      .map((size) => (random.next() < 0.3 ? 1 : size))
      .slice(random.next() < 0.3 ? random.integer(0, outer.length) : 0);
  const [rows, inner, columns] = [random.integer(1, 5), random.integer(1, 5), random.integer(1, 5)];
  const [transposeA, transposeB] = [random.pick([true, false]), random.pick([true, false])];
  const a = [...shrink(), ...(transposeA ? [inner, rows] : [rows, inner])];
  const b = [...shrink(), ...(transposeB ? [columns, inner] : [inner, columns])];
  return {
    inputs: [uniform(random, a), uniform(random, b)],
    run: (x, y) => tf.matMul(x, y, transposeA, transposeB),
  };
}

function fusedMatMul(random: TestRandom): OpCase {
  const [rows, inner, columns] = [random.integer(1, 5), random.integer(1, 5), random.integer(1, 5)];
  const activation = random.pick(['linear', 'sigmoid', 'elu'] as const);
  return {
    inputs: [uniform(random, [rows, inner]), uniform(random, [inner, columns]), uniform(random, [columns])],
    run: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation }),
  };
}

/** Products of matrices and what is made of them. */
export const MATRIX_OPS: OpTable = {
  matMul,
  einsum,
  'fused.matMul': fusedMatMul,
  dot: (random) => ({
    inputs: [uniform(random, [3, 4]), uniform(random, [4])],
    run: (a, b) => tf.dot(a, b),
  }),
  outerProduct: (random) => ({
    inputs: [uniform(random, [3]), uniform(random, [4])],
    run: (a: tf.Tensor1D, b: tf.Tensor1D) => tf.outerProduct(a, b),
  }),
  batchNorm: (random) => {
    const shape = random.shape(2, 4, 4);
    const channels = shape.at(-1) as number;
    // One number for each channel, or a tensor of the input's rank that is broadcast.
    const own = random.pick([[channels], [...shape.slice(1).map(() => 1), channels]]);
    const inputs = [
      uniform(random, shape),
      uniform(random, own),
      uniform(random, own, 0.5, 2),
      uniform(random, own),
      uniform(random, own),
    ];
    return {
      inputs,
      run: (x, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D, scale: tf.Tensor1D) =>
        tf.batchNorm(x, mean, variance, offset, scale, 1e-3),
    };
  },
  'batch norm by the own moments of a batch': (random) => ({
    inputs: [uniform(random, [3, 2, 2]), uniform(random, [2]), uniform(random, [2])],
    run: (x, weight, bias) => {
      const made = normalizeBatch({ x, weight, bias }, 1e-2);
      if (!made) throw new Error('there is no kernel for it');
      return made.value;
    },
  }),
  gramSchmidt: (random) => ({
    inputs: [uniform(random, [3, 4])],
    run: (x: tf.Tensor2D) => tf.linalg.gramSchmidt(x) as tf.Tensor,
  }),
  qr: (random) => ({
    inputs: [{ shape: [3, 3], values: uniform(random, [9]).values.map((value, i) => value + (i % 4 === 0 ? 3 : 0)) }],
    run: (x) => tf.linalg.qr(x),
  }),
  'losses.huberLoss': (random) => ({
    inputs: [uniform(random, [3, 2]), away(random, [3, 2], [], 3, 4)],
    run: (labels, predictions) => tf.losses.huberLoss(labels, predictions),
  }),
  'losses.softmaxCrossEntropy': (random) => ({
    inputs: [uniform(random, [3, 4])],
    run: (logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 3, 1], 'int32'), 4), logits),
  }),
  'losses.sigmoidCrossEntropy': (random) => ({
    inputs: [uniform(random, [3, 4])],
    run: (logits) => tf.losses.sigmoidCrossEntropy(tf.fill([3, 4], 0.3), logits),
  }),
  'losses.cosineDistance': (random) => ({
    inputs: [uniform(random, [3, 4]), uniform(random, [3, 4])],
    run: (labels, predictions) => tf.losses.cosineDistance(labels, predictions, 1),
  }),
};
