import * as tf from '../tf.js';
import { dropout } from './dropout.js';
import { clipped, elementwise, fused, isAbove } from './gradients.js';
import { misuse, settle, within } from './options.js';
import { expectBroadcast, floats } from './tensors.js';

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /** Bool: true where a query may look; float32: added to the scores. `[…, queries, keys]`; repeated to fit. */
  attnMask?: tf.Tensor;
  /** The share of the weights that is dropped (the function does not know whether it trains); default 0. */
  dropoutP?: number;
  /** Let each query look at keys up to its own place only; default false; not together with `attnMask`. */
  isCausal?: boolean;
  /** Default 1 / sqrt(features). */
  scale?: number;
  /** Whether key and value have fewer heads (axis -3), each for several of the query's; default false. */
  enableGqa?: boolean;
}

/**
 * softmax(query · keyᵀ · scale + mask) · value. A query that may look nowhere gets zeros, as in torch.
 * Source: torch.nn.functional.scaled_dot_product_attention; Vaswani et al., 2017.
 *
 * @param query `[…, queries, features]`
 * @param key `[…, keys, features]`
 * @param value `[…, keys, outputs]`
 */
export function scaledDotProductAttention(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  options: AttentionOptions = {},
): tf.Tensor {
  const name = 'scaledDotProductAttention';
  const { attnMask, dropoutP, isCausal, scale, enableGqa } = settle(name, options, {
    attnMask: undefined,
    dropoutP: 0,
    isCausal: false,
    scale: undefined,
    enableGqa: false,
  });
  within(name, 'dropoutP', dropoutP, 0, 1);
  if (isCausal && attnMask) {
    throw misuse(name, '`isCausal` and `attnMask` are both given.', { fix: 'Put the causal mask into attnMask.' });
  }
  return tf.tidy(() => {
    const q = floats(name, 'query', query);
    const [k, v] = [floats(name, 'key', key), floats(name, 'value', value)].map((x) =>
      enableGqa ? repeatHeads(x, q) : x,
    ) as [tf.Tensor, tf.Tensor];
    expectFit(name, q, k, v);
    const features = q.shape.at(-1) ?? 1;
    let scores = tf.mul(tf.matMul(q, k, false, true), scale ?? 1 / Math.sqrt(features));
    const mask = isCausal ? causalMask(scores) : attnMask;
    if (mask) expectBroadcast(name, ['attnMask', mask], ['query · key', scores]);
    // Adding is repeated over heads and samples for nothing; a choice would need the mask written out for each.
    if (mask?.dtype === 'bool') scores = tf.add(scores, tf.mul(tf.sub(1, tf.cast(mask, 'float32')), LOWEST));
    else if (mask) scores = bounded(tf.add(scores, floats(name, 'attnMask', mask)));
    const weights = mask ? maskedSoftmax(scores) : tf.softmax(scores);
    return tf.matMul(dropoutP > 0 ? dropout(weights, { p: dropoutP }) : weights, v);
  });
}

// Stands for -Infinity: the softmax of nothing but that would be NaN.
const LOWEST = -3e38;

/** Scores with -Infinity as a number. */
function bounded(scores: tf.Tensor): tf.Tensor {
  return elementwise(
    scores,
    (x) => clipped(x, LOWEST, -LOWEST),
    (x) => tf.onesLike(x), // where it is bounded nothing comes back through the softmax
  );
}

/** The softmax of each row, and zeros for rows that are masked everywhere. */
function maskedSoftmax(scores: tf.Tensor): tf.Tensor {
  return fused([scores], () => {
    const seesAnything = isAbove(tf.max(scores, -1, true), LOWEST / 2);
    const value = tf.mul(tf.softmax(scores), seesAnything);
    return {
      value,
      saved: [value],
      gradient: (dy, weights) => tf.mul(weights, tf.sub(dy, tf.sum(tf.mul(dy, weights), -1, true))),
    };
  });
}

function causalMask(scores: tf.Tensor): tf.Tensor {
  const [queries = 0, keys = 0] = scores.shape.slice(-2);
  const seen = Uint8Array.from({ length: queries * keys }, (_, at) => (at % keys <= Math.floor(at / keys) ? 1 : 0));
  return tf.tensor2d(seen, [queries, keys], 'bool');
}

function repeatHeads(x: tf.Tensor, query: tf.Tensor): tf.Tensor {
  const [heads = 1, places = 1, features = 1] = x.shape.slice(-3);
  const times = (query.shape.at(-3) ?? 1) / heads;
  if (x.rank < 3 || !Number.isInteger(times)) {
    throw misuse('scaledDotProductAttention', `\`query\` has shape [${query.shape}], key or value [${x.shape}].`, {
      allowed: '[…, heads, places, features], with heads of the query that are a multiple of theirs',
    });
  }
  const outer = x.shape.slice(0, -3);
  const single = tf.reshape(x, [-1, 1, places, features]);
  return tf.reshape(tf.tile(single, [1, times, 1, 1]), [...outer, heads * times, places, features]);
}

function expectFit(name: string, q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): void {
  const fits =
    q.rank > 1 && k.rank > 1 && v.rank > 1 && q.shape.at(-1) === k.shape.at(-1) && k.shape.at(-2) === v.shape.at(-2);
  if (fits) return;
  throw misuse(name, `\`query\` has shape [${q.shape}], \`key\` [${k.shape}], \`value\` [${v.shape}].`, {
    allowed: '[…, queries, features], […, keys, features] and […, keys, outputs]',
  });
}
