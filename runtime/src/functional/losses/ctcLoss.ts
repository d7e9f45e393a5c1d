import * as tf from '../../tf.js';
import { fused } from '../gradients.js';
import { count, misuse, settle } from '../options.js';
import { expectRank, expectTensor, floats } from '../tensors.js';
import { alignmentGradient, type Sample, sampleLoss } from './ctcAlignments.js';
import { type ReductionOptions, reduced } from './reduction.js';

/** Options of {@link ctcLoss}. 'mean' divides each loss by its target's length first, as in torch. */
export interface CtcLossOptions extends ReductionOptions {
  /** The class that stands for nothing; default 0. */
  blank?: number;
  /** Count targets that are too long for their input as 0, not as infinity; default false. */
  zeroInfinity?: boolean;
}

/** Lengths of sequences. */
export type Lengths = tf.Tensor | readonly number[];

/**
 * The connectionist temporal classification loss: of all ways to write a target over an input's time. It is computed
 * by the processor, whatever the engine is, in double precision.
 * Source: torch.nn.functional.ctc_loss; Graves et al., 2006.
 *
 * The gradient is that for the scores before a log-softmax, as in torch: it is right only if the input comes from one.
 *
 * @param logProbs log-probabilities, `[time, batch, classes]`, or without the batch
 * @param targets classes other than blank: `[batch, longest]`, or all one after the other
 * @param inputLengths the time that each sample has
 * @param targetLengths the length of each target
 */
export function ctcLoss(
  logProbs: tf.Tensor,
  targets: tf.Tensor,
  inputLengths: Lengths,
  targetLengths: Lengths,
  options: CtcLossOptions = {},
): tf.Tensor {
  const { blank, zeroInfinity, reduction } = settle('ctcLoss', options, {
    blank: 0,
    zeroInfinity: false,
    reduction: 'mean',
  });
  return tf.tidy(() => {
    const given = floats('ctcLoss', 'logProbs', logProbs);
    expectRank('ctcLoss', 'logProbs', given, [2, 3]);
    expectTensor('ctcLoss', 'targets', targets);
    const x = given.rank === 3 ? given : tf.expandDims(given, 1);
    const [time = 0, batch = 0, classes = 0] = x.shape;
    if (count('ctcLoss', 'blank', blank, 0) >= classes) {
      throw misuse('ctcLoss', `\`blank\` is ${blank}.`, { allowed: `0 to ${classes - 1}` });
    }
    const times = numbersOf('ctcLoss', 'inputLengths', inputLengths, { count: batch, most: time });
    const lengths = numbersOf('ctcLoss', 'targetLengths', targetLengths, { count: batch, most: targets.size });
    const labels = labelsOf(targets, lengths, { blank, classes });
    const samples = labels.map((own, index) => ({ index, labels: own, time: times[index] as number }));
    const losses = lossesOf(x, samples, { batch, classes, blank, zeroInfinity });
    const shaped = given.rank === 3 ? losses : tf.squeeze(losses, [0]);
    if (reduction !== 'mean') return reduced('ctcLoss', shaped, reduction);
    return tf.mean(tf.div(losses, tf.tensor1d(lengths.map((length) => Math.max(1, length)))));
  });
}

interface Setting {
  readonly batch: number;
  readonly classes: number;
  readonly blank: number;
  readonly zeroInfinity: boolean;
}

function lossesOf(logProbs: tf.Tensor, samples: readonly Sample[], setting: Setting): tf.Tensor {
  const { zeroInfinity } = setting;
  return fused([logProbs], () => {
    const values = logProbs.dataSync<'float32'>();
    const losses = samples.map((sample) => sampleLoss({ ...setting, values }, sample));
    const shown = losses.map((loss) => (zeroInfinity && loss === Number.POSITIVE_INFINITY ? 0 : loss));
    return {
      value: tf.tensor1d(shown),
      saved: [logProbs],
      gradient: (dy, kept) => {
        const scores = { ...setting, values: kept.dataSync<'float32'>() };
        const factors = dy.dataSync();
        const gradient = new Float32Array(kept.size);
        for (const sample of samples) {
          if (zeroInfinity && losses[sample.index] === Number.POSITIVE_INFINITY) continue;
          alignmentGradient(scores, sample, { factor: factors[sample.index] as number, gradient });
        }
        return tf.tensor(gradient, kept.shape);
      },
    };
  });
}

function numbersOf(
  name: string,
  argument: string,
  lengths: Lengths,
  { count: wanted, most }: { readonly count: number; readonly most: number },
): readonly number[] {
  const numbers = lengths instanceof tf.Tensor ? Array.from(lengths.dataSync()) : lengths;
  const isLength = (length: number) => Number.isInteger(length) && length >= 0 && length <= most;
  if (numbers.length === wanted && numbers.every(isLength)) return numbers;
  throw misuse(name, `\`${argument}\` is [${numbers}].`, { allowed: `${wanted} integers from 0 to ${most}` });
}

function labelsOf(
  targets: tf.Tensor,
  lengths: readonly number[],
  { blank, classes }: Pick<Setting, 'blank' | 'classes'>,
): readonly (readonly number[])[] {
  const values = Array.from(targets.dataSync());
  const isTable = targets.rank === 2;
  let start = 0;
  return lengths.map((length, index) => {
    const from = isTable ? index * (targets.shape[1] ?? 0) : start;
    start += length;
    const labels = values.slice(from, from + length);
    const fits = labels.length === length && (!isTable || length <= (targets.shape[1] ?? 0));
    if (fits && labels.every((label) => label >= 0 && label < classes && label !== blank)) return labels;
    throw misuse('ctcLoss', `Target ${index} of length ${length} is [${labels}].`, {
      allowed: `classes from 0 to ${classes - 1} without ${blank}, the blank; \`targets\` as [batch, longest] or in one row`,
    });
  });
}
