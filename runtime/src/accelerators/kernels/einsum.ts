import * as tf from '../../tf.js';
import { parseEquation } from './einsumEquation.js';
import { type Composition, defineComposedKernel } from './sharedKernel.js';

/** A tensor with a letter for each axis. */
interface Operand {
  readonly x: tf.TensorInfo;
  readonly letters: string;
}

/**
 * `tf.einsum` by transposes and products of matrices, for any number of tensors, from left to right. tfjs has it for one and
 * two tensors on its reference only, and multiplies there before it sums.
 */
export const einsum = defineComposedKernel<Readonly<Record<string, tf.TensorInfo>>, tf.EinsumAttrs>(
  tf.Einsum,
  ({ inputs, attrs: { equation } }, kernels) => {
    const tensors = Object.values(inputs);
    const { terms, output, sizes } = parseEquation(
      equation,
      tensors.map(({ shape }) => shape),
    );
    const operands = tensors.map((x, i) => simplify({ x, letters: terms[i] as string }, sizes, kernels));
    let result = operands[0] as Operand;
    for (let i = 1; i < operands.length; i++) {
      const later =
        output +
        operands
          .slice(i + 1)
          .map(({ letters }) => letters)
          .join('');
      result = contract(result, operands[i] as Operand, later, kernels);
    }
    return arrange(sumOthers(result, output, kernels), output, kernels).x;
  },
);

/** Leaves out axes that are to be repeated, and takes diagonals. */
function simplify({ x, letters }: Operand, sizes: ReadonlyMap<string, number>, kernels: Composition): Operand {
  const isUsed = [...letters].map((letter, axis) => x.shape[axis] === sizes.get(letter));
  const used = {
    x: kernels.reshape(
      x,
      x.shape.filter((_, axis) => isUsed[axis]),
    ),
    letters: keep(letters, isUsed),
  };
  return diagonals(used, kernels);
}

function keep(letters: string, isKept: readonly (boolean | undefined)[]): string {
  return [...letters].filter((_, axis) => isKept[axis]).join('');
}

function diagonals(operand: Operand, kernels: Composition): Operand {
  const twice = [...operand.letters].find((letter, axis) => operand.letters.indexOf(letter) !== axis);
  if (twice === undefined) return operand;
  const { x, letters } = operand;
  const [first, second] = [letters.indexOf(twice), letters.lastIndexOf(twice)];
  const others = [...letters].map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const size = x.shape[first] as number;
  const moved = kernels.transpose(x, [...others, first, second]);
  const outer = others.map((axis) => x.shape[axis] as number);
  const rows = tf.util.sizeFromShape(outer);
  const flat = kernels.reshape(moved, [rows, size * size]);
  const all = { begin: [0, 0], end: [rows, size * size], strides: [1, size + 1] };
  const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
  const diagonal = kernels.call(tf.StridedSlice, { x: flat }, { ...all, ...masks });
  const rest = {
    x: kernels.reshape(diagonal, [...outer, size]),
    letters: `${others.map((axis) => letters[axis]).join('')}${twice}`,
  };
  return diagonals(rest, kernels);
}

/** Sums the axes whose letters are not wanted. */
function sumOthers({ x, letters }: Operand, wanted: string, kernels: Composition): Operand {
  const axis = [...letters].flatMap((letter, i) => (wanted.includes(letter) ? [] : [i]));
  if (axis.length === 0) return { x, letters };
  const isKept = [...letters].map((letter) => wanted.includes(letter));
  return { x: kernels.call(tf.Sum, { x }, { axis, keepDims: false }), letters: keep(letters, isKept) };
}

function arrange({ x, letters }: Operand, order: string, kernels: Composition): Operand {
  const axes = [...order].map((letter) => letters.indexOf(letter));
  return { x: kernels.transpose(x, axes), letters: order };
}

/** Multiplies two tensors and sums the letters that nobody asks for later. */
function contract(one: Operand, other: Operand, later: string, kernels: Composition): Operand {
  const a = sumOthers(one, later + other.letters, kernels);
  const b = sumOthers(other, later + one.letters, kernels);
  const both = [...a.letters].filter((letter) => b.letters.includes(letter));
  const batch = both.filter((letter) => later.includes(letter)).join('');
  const inner = both.filter((letter) => !later.includes(letter)).join('');
  const left = [...a.letters].filter((letter) => !b.letters.includes(letter)).join('');
  const right = [...b.letters].filter((letter) => !a.letters.includes(letter)).join('');
  const size = (operand: Operand, letters: string) =>
    tf.util.sizeFromShape([...letters].map((letter) => operand.x.shape[operand.letters.indexOf(letter)] as number));
  const sizes = { batch: size(a, batch), left: size(a, left), inner: size(a, inner), right: size(b, right) };
  const shape = [
    ...[...batch, ...left].map((letter) => a.x.shape[a.letters.indexOf(letter)] as number),
    ...[...right].map((letter) => b.x.shape[b.letters.indexOf(letter)] as number),
  ];
  const multiplied = sizes.inner === 1 || sizes.left * sizes.right === 1 ? elementwise : byMatrices;
  const product = multiplied(a, b, { batch, left, inner, right }, sizes, kernels);
  return { x: kernels.reshape(product, shape), letters: batch + left + right };
}

type Letters = Readonly<Record<'batch' | 'left' | 'inner' | 'right', string>>;
type Sizes = Readonly<Record<keyof Letters, number>>;

/** `[batch, left, inner] · [batch, inner, right]`, each transposed only if it does not lie in one of two usable orders. */
function byMatrices(
  a: Operand,
  b: Operand,
  { batch, left, inner, right }: Letters,
  sizes: Sizes,
  kernels: Composition,
): tf.TensorInfo {
  const transposeA = a.letters === batch + inner + left && a.letters !== batch + left + inner;
  const transposeB = b.letters === batch + right + inner && b.letters !== batch + inner + right;
  const first = arrange(a, transposeA ? a.letters : batch + left + inner, kernels).x;
  const second = arrange(b, transposeB ? b.letters : batch + inner + right, kernels).x;
  const matrices = {
    a: kernels.reshape(first, [sizes.batch, ...swapIf(transposeA, [sizes.left, sizes.inner])]),
    b: kernels.reshape(second, [sizes.batch, ...swapIf(transposeB, [sizes.inner, sizes.right])]),
  };
  return kernels.call(tf.BatchMatMul, matrices, { transposeA, transposeB });
}

function swapIf(isSwapped: boolean, [rows, columns]: [number, number]): number[] {
  return isSwapped ? [columns, rows] : [rows, columns];
}

/** Where a product of matrices would have one number a row: many tiny ones cost more than one large multiplication. */
function elementwise(
  a: Operand,
  b: Operand,
  { batch, left, inner, right }: Letters,
  sizes: Sizes,
  kernels: Composition,
): tf.TensorInfo {
  const first = arrange(a, batch + left + inner, kernels).x;
  const second = arrange(b, batch + right + inner, kernels).x;
  const product = kernels.call(tf.Multiply, {
    a: kernels.reshape(first, [sizes.batch, sizes.left, 1, sizes.inner]),
    b: kernels.reshape(second, [sizes.batch, 1, sizes.right, sizes.inner]),
  });
  return sizes.inner === 1 ? product : kernels.call(tf.Sum, { x: product }, { axis: [3], keepDims: false });
}
