import * as tf from '../../tf.js';
import { count, misuse, REQUIRED, settle } from '../options.js';
import { floats } from '../tensors.js';

/** Options of {@link pixelShuffle}. */
export interface PixelShuffleOptions {
  /** How many times as high and wide. Required. */
  upscaleFactor: number;
}

/**
 * Makes pixels of channels: `[…, channels · r², height, width]` to `[…, channels, height · r, width · r]`.
 * Source: torch.nn.functional.pixel_shuffle; Shi et al., 2016.
 */
export function pixelShuffle(input: tf.Tensor, options: PixelShuffleOptions): tf.Tensor {
  const { upscaleFactor } = settle('pixelShuffle', options ?? {}, { upscaleFactor: REQUIRED });
  const r = count('pixelShuffle', 'upscaleFactor', upscaleFactor);
  return tf.tidy(() => {
    const { x, outer, channels, height, width } = imagesOf('pixelShuffle', input, { channels: r * r, places: 1 });
    const parts = tf.reshape(x, [-1, r, r, height, width]);
    const mixed = tf.transpose(parts, [0, 3, 1, 4, 2]);
    return tf.reshape(mixed, [...outer, channels / (r * r), height * r, width * r]);
  });
}

/** Options of {@link pixelUnshuffle}. */
export interface PixelUnshuffleOptions {
  /** How many times lower and narrower. Required. */
  downscaleFactor: number;
}

/** The way back of {@link pixelShuffle}. Source: torch.nn.functional.pixel_unshuffle. */
export function pixelUnshuffle(input: tf.Tensor, options: PixelUnshuffleOptions): tf.Tensor {
  const { downscaleFactor } = settle('pixelUnshuffle', options ?? {}, { downscaleFactor: REQUIRED });
  const r = count('pixelUnshuffle', 'downscaleFactor', downscaleFactor);
  return tf.tidy(() => {
    const { x, outer, channels, height, width } = imagesOf('pixelUnshuffle', input, { channels: 1, places: r });
    const parts = tf.reshape(x, [-1, height / r, r, width / r, r]);
    const mixed = tf.transpose(parts, [0, 2, 4, 1, 3]);
    return tf.reshape(mixed, [...outer, channels * r * r, height / r, width / r]);
  });
}

/** Options of {@link channelShuffle}. */
export interface ChannelShuffleOptions {
  /** Into how many groups the channels are parted. Required. */
  groups: number;
}

/**
 * Deals the channels of groups out, one of each in turn. Source: torch.nn.functional.channel_shuffle; Zhang et al.,
 * 2018.
 */
export function channelShuffle(input: tf.Tensor, options: ChannelShuffleOptions): tf.Tensor {
  const { groups } = settle('channelShuffle', options ?? {}, { groups: REQUIRED });
  count('channelShuffle', 'groups', groups);
  return tf.tidy(() => {
    const x = floats('channelShuffle', 'input', input);
    const [batch = 1, channels = 0] = x.shape;
    if (x.rank < 3 || channels % groups !== 0) {
      throw misuse('channelShuffle', `\`input\` has shape [${x.shape}], \`groups\` is ${groups}.`, {
        allowed: '[batch, channels, …] with channels that are a multiple of the groups',
      });
    }
    return tf.reshape(tf.transpose(tf.reshape(x, [batch, groups, channels / groups, -1]), [0, 2, 1, 3]), x.shape);
  });
}

function imagesOf(name: string, input: tf.Tensor, factor: { readonly channels: number; readonly places: number }) {
  const x = floats(name, 'input', input);
  const [channels = 0, height = 0, width = 0] = x.shape.slice(-3);
  const fits = channels % factor.channels === 0 && height % factor.places === 0 && width % factor.places === 0;
  if (x.rank >= 3 && fits) return { x, outer: x.shape.slice(0, -3), channels, height, width };
  throw misuse(name, `\`input\` has shape [${x.shape}].`, {
    allowed: `[…, channels, height, width], channels a multiple of ${factor.channels}, height and width of ${factor.places}`,
  });
}
