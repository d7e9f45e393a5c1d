import * as tf from '../../tf.js';

/** An equation of `einsum` with letters for every axis, also for those behind an ellipsis. */
export interface EinsumEquation {
  /** For each operand a letter for each of its axes. */
  readonly terms: readonly string[];
  readonly output: string;
  readonly sizes: ReadonlyMap<string, number>;
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const ELLIPSIS = '...';

/**
 * Reads an equation as torch does: letters, `...` for axes that are broadcast from the right, letters twice in a term for a
 * diagonal, and without `->` all letters that stand there once, in order, behind the broadcast axes. An axis of size 1 is
 * repeated where the letter has another size elsewhere.
 */
export function parseEquation(equation: string, shapes: readonly (readonly number[])[]): EinsumEquation {
  const [left = '', right] = equation.replaceAll(/\s/g, '').split('->');
  const written = left.split(',');
  check(written.length === shapes.length, equation, `names ${written.length} tensors, but got ${shapes.length}`);
  const unused = LETTERS.filter((letter) => !equation.includes(letter));
  const behind = written.map((term, i) => (shapes[i] as number[]).length - term.replace(ELLIPSIS, '').length);
  const longest = Math.max(0, ...written.map((term, i) => (term.includes(ELLIPSIS) ? (behind[i] as number) : 0)));
  check(longest <= unused.length, equation, 'has more axes than there are letters');
  const broadcast = unused.slice(0, longest).join('');
  const terms = written.map((term, i) => {
    const count = behind[i] as number;
    const fits = term.includes(ELLIPSIS) ? count >= 0 : count === 0;
    check(fits, equation, `has '${term}' for a tensor of shape [${shapes[i]}]`);
    return term.replace(ELLIPSIS, broadcast.slice(longest - count));
  });
  for (const term of [...terms, (right ?? '').replace(ELLIPSIS, '')]) {
    check(/^[a-zA-Z]*$/.test(term), equation, `has '${term}', which is not made of letters`);
  }
  const output = right === undefined ? implicitOutput(terms, broadcast) : right.replace(ELLIPSIS, broadcast);
  check(new Set(output).size === output.length, equation, 'has a letter twice in its result');
  const sizes = sizesOf(equation, terms, shapes);
  for (const letter of output) check(sizes.has(letter), equation, `has '${letter}' in its result only`);
  return { terms, output, sizes };
}

function implicitOutput(terms: readonly string[], broadcast: string): string {
  const all = [...terms.join('')];
  const once = [...new Set(all)].filter(
    (letter) => !broadcast.includes(letter) && all.indexOf(letter) === all.lastIndexOf(letter),
  );
  return broadcast + once.sort().join('');
}

function sizesOf(
  equation: string,
  terms: readonly string[],
  shapes: readonly (readonly number[])[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries()) {
    for (const [axis, letter] of [...term].entries()) {
      const size = shapes[i]?.[axis] as number; // by the terms' lengths
      const known = sizes.get(letter) ?? 1;
      check(size === known || size === 1 || known === 1, equation, `has '${letter}' for sizes ${known} and ${size}`);
      sizes.set(letter, size === 1 ? known : size);
    }
  }
  return sizes;
}

function check(isRight: boolean, equation: string, fault: string): void {
  tf.util.assert(isRight, () => `einsum: '${equation}' ${fault}.`);
}
