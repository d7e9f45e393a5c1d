import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';
import { type SharedKernel, unlessReference } from './sharedKernel.js';

const general = defineArrayKernel<'a' | 'b', tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ a, b }, { transposeA, transposeB }) => {
    const [rows, inner] = lastTwo(a.shape, transposeA);
    const [innerOfB, columns] = lastTwo(b.shape, transposeB);
    tf.util.assert(
      inner === innerOfB,
      () => `matMul: the inner sizes of [${a.shape}] and [${b.shape}] differ (${inner} and ${innerOfB}).`,
    );
    const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const steps = tf.util.computeStrides([...outer, 1]);
    const startOf = (shape: readonly number[], place: number): number => {
      const own = shape.slice(0, -2);
      const missing = outer.length - own.length;
      return own.reduce((start, size, axis) => {
        const step = steps[axis + missing] as number;
        return start * size + (size === 1 ? 0 : Math.floor(place / step) % size);
      }, 0);
    };
    return {
      outputs: [{ shape: [...outer, rows, columns], dtype: a.dtype }],
      fill: (inputs, [out]) => {
        const sums = out as Float32Array;
        const [stepA, acrossA] = transposeA ? [1, rows] : [inner, 1];
        const [downB, stepB] = transposeB ? [1, inner] : [columns, 1];
        for (let stack = 0; stack < tf.util.sizeFromShape(outer); stack++) {
          const startA = startOf(a.shape, stack) * rows * inner;
          const startB = startOf(b.shape, stack) * inner * columns;
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              let sum = 0;
              for (let k = 0; k < inner; k++) {
                const left = inputs.a[startA + row * stepA + k * acrossA] as number;
                sum += left * (inputs.b[startB + k * downB + column * stepB] as number);
              }
              sums[(stack * rows + row) * columns + column] = sum;
            }
          }
        }
      },
    };
  },
);

function lastTwo(shape: readonly number[], swapped: boolean): [number, number] {
  const [first, second] = shape.slice(-2) as [number, number]; // core has checked that the rank is at least 2
  return swapped ? [second, first] : [first, second];
}

/** Products of stacks that are broadcast, for the cpu engine: upstream's goes through the stacks by counting round. */
export const batchMatMulOnArrays: SharedKernel = unlessReference(general, ({ inputs: { a, b } }) => {
  const [outerA, outerB] = [a?.shape.slice(0, -2) ?? [], b?.shape.slice(0, -2) ?? []];
  const isOne = (outer: number[]) => tf.util.sizeFromShape(outer) === 1;
  return tf.util.arraysEqual(outerA, outerB) || isOne(outerA) || isOne(outerB);
});
