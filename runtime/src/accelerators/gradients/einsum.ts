import * as tf from '../../tf.js';
import { type EinsumEquation, parseEquation } from '../kernels/einsumEquation.js';
import { defineListGradient } from './gradient.js';

/**
 * Each tensor's gradient is the einsum of what flows back with all the others; tfjs-core has none. What the forward pass
 * repeated is summed, what it summed is repeated, and a diagonal goes back to the diagonal.
 */
export const einsumGradient = defineListGradient<tf.EinsumAttrs>(tf.Einsum, ({ dy, inputs, attrs }) => {
  const equation = parseEquation(
    attrs.equation,
    inputs.map(({ shape }) => shape),
  );
  return Object.fromEntries(inputs.map((_, i) => [i, () => gradientOf(i, dy, inputs, equation)]));
});

function gradientOf(
  place: number,
  dy: tf.Tensor,
  inputs: readonly tf.Tensor[],
  { terms, output, sizes }: EinsumEquation,
): tf.Tensor {
  const x = inputs[place] as tf.Tensor;
  const term = terms[place] as string;
  const isRepeated = (axis: number) => x.shape[axis] !== sizes.get(term[axis] as string);
  const letters = [...new Set([...term].filter((_, axis) => !isRepeated(axis)))];
  const otherTerms = terms.filter((_, i) => i !== place);
  const others = inputs.filter((_, i) => i !== place);
  const known = letters.filter((letter) => [output, ...otherTerms].some((other) => other.includes(letter)));
  const part = tf.einsum(`${[output, ...otherTerms].join()}->${known.join('')}`, dy, ...others);
  const sizeOf = (letter: string) => sizes.get(letter) as number;
  const all = tf.reshape(
    part,
    letters.map((letter) => (known.includes(letter) ? sizeOf(letter) : 1)),
  );
  const full = known.length === letters.length ? all : tf.broadcastTo(all, letters.map(sizeOf));
  return tf.reshape(
    onDiagonals(
      full,
      letters,
      [...term].filter((_, axis) => !isRepeated(axis)),
    ),
    x.shape,
  );
}

/** From a tensor with one axis for each letter one with the term's axes: zeros where two axes of one letter differ. */
function onDiagonals(x: tf.Tensor, letters: readonly string[], term: readonly string[]): tf.Tensor {
  const isFirst = term.map((letter, axis) => term.indexOf(letter) === axis);
  let result = tf.reshape(
    x,
    term.map((letter, axis) => (isFirst[axis] ? (x.shape[letters.indexOf(letter)] as number) : 1)),
  );
  for (const [axis, letter] of term.entries()) {
    if (isFirst[axis]) continue;
    const size = x.shape[letters.indexOf(letter)] as number;
    const shape = term.map((_, i) => (i === axis || i === term.indexOf(letter) ? size : 1));
    result = tf.mul(result, tf.reshape(tf.eye(size), shape));
  }
  return result;
}
