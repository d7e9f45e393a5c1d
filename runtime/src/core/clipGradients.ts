import { gradientsOf, setGradient } from '../autograd/index.js';
import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';

const ALGORITHMS = ['norm', 'value'] as const;
/** How gradients are clipped. */
export type ClipAlgorithm = (typeof ALGORITHMS)[number];

/** A value, and how to use it. */
interface Clipping {
  readonly value: number | undefined;
  readonly algorithm: ClipAlgorithm;
}

/**
 * What clipGradients was asked for, filled up from the Trainer's options.
 * @throws MisconfigurationError for two that differ, and for what is no number or algorithm
 */
export function settleClipping(
  ofTrainer: Clipping | undefined,
  value: number | null | undefined,
  algorithm: ClipAlgorithm | undefined,
): Clipping {
  const asked = { value: value ?? ofTrainer?.value, algorithm: algorithm ?? ofTrainer?.algorithm ?? 'norm' };
  if ((asked.value !== undefined && typeof asked.value !== 'number') || !ALGORITHMS.includes(asked.algorithm)) {
    throw new MisconfigurationError({
      code: 'clip-value',
      found: `clipGradients was given gradientClipVal ${String(asked.value)} and gradientClipAlgorithm '${String(asked.algorithm)}'.`,
      allowed: "a number, and 'norm' or 'value'",
    });
  }
  if (ofTrainer?.value === undefined) return asked;
  if (asked.value === ofTrainer.value && asked.algorithm === ofTrainer.algorithm) return asked;
  throw new MisconfigurationError({
    code: 'clip-twice',
    found: `clipGradients was given ${asked.value} and '${asked.algorithm}', and the Trainer gradientClipVal: ${ofTrainer.value} and gradientClipAlgorithm: '${ofTrainer.algorithm}'.`,
    allowed: 'one of the two',
    fix: 'Remove the options from the Trainer, or the arguments from the call.',
  });
}

/**
 * Clips the gradients of some parameters in place.
 * Sources: torch.nn.utils.clip_grad_norm_ (total 2-norm, 1e-6 in the denominator) and clip_grad_value_.
 */
export function clipGradients(parameters: readonly tf.Variable[], clipVal: number, algorithm: ClipAlgorithm): void {
  if (clipVal <= 0) return;
  const withGradients = parameters.filter((parameter) => gradientsOf(parameter) !== undefined);
  if (withGradients.length === 0) return;
  tf.tidy(() => {
    const gradients = withGradients.map((parameter) => gradientsOf(parameter) as tf.Tensor); // filtered above
    const clipped =
      algorithm === 'value'
        ? gradients.map((gradient) => tf.clipByValue(gradient, -clipVal, clipVal))
        : scaleToNorm(gradients, clipVal);
    for (const [index, parameter] of withGradients.entries()) setGradient(parameter, clipped[index] as tf.Tensor);
  });
}

function scaleToNorm(gradients: readonly tf.Tensor[], maxNorm: number): tf.Tensor[] {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const total = tf.sqrt(tf.addN(squares));
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(total, 1e-6)));
  return gradients.map((gradient) => tf.mul(gradient, factor));
}
