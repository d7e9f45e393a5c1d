import * as tf from '../../tf.js';
import { misuse, oneOf, REQUIRED, settle } from '../options.js';
import { floats } from '../tensors.js';

const MODES = ['constant', 'reflect', 'replicate', 'circular'] as const;
type Mode = (typeof MODES)[number];

/** Options of {@link pad}. */
export interface PadOptions {
  /** Before and after the last axis, then the last but one …; negative numbers cut off. Required. */
  pad: readonly number[];
  /**
   * 'constant', the default; 'reflect' mirrors without the border; 'replicate' repeats the border; 'circular' goes
   * round.
   */
  mode?: Mode;
  /** What 'constant' fills in; default 0. */
  value?: number;
}

/** Adds places around a tensor. Source: torch.nn.functional.pad. */
export function pad(input: tf.Tensor, options: PadOptions): tf.Tensor {
  const settled = settle('pad', options ?? {}, { pad: REQUIRED, mode: 'constant', value: undefined });
  const mode = oneOf('pad', 'mode', settled.mode, MODES);
  if (mode !== 'constant' && settled.value !== undefined) {
    throw misuse('pad', `\`value\` is ${settled.value}, \`mode\` is '${mode}'.`, {
      allowed: "value with 'constant' only",
    });
  }
  return tf.tidy(() => {
    const x = floats('pad', 'input', input);
    const sides = sidesOf(x, settled.pad);
    if (mode === 'constant') return withConstant(x, sides, settled.value ?? 0);
    return sides.reduce((values, [before, after], axis) => {
      if (before === 0 && after === 0) return values;
      return tf.gather(values, sources(mode, { size: x.shape[axis] as number, before, after }), axis);
    }, tf.clone(x));
  });
}

type Side = readonly [before: number, after: number];

/** For each axis, from the first. */
function sidesOf(x: tf.Tensor, padding: readonly number[]): readonly Side[] {
  const isList = Array.isArray(padding) && padding.every((size) => Number.isInteger(size));
  if (!isList || padding.length % 2 !== 0 || padding.length > 2 * x.rank) {
    throw misuse('pad', `\`pad\` is ${JSON.stringify(padding)}, the tensor has ${x.rank} dimensions.`, {
      allowed: 'a list of integers, two for each axis from the last one on',
    });
  }
  return x.shape.map((size, axis): Side => {
    const at = 2 * (x.rank - 1 - axis);
    const [before = 0, after = 0] = padding.slice(at, at + 2);
    if (size + before + after >= 1) return [before, after];
    throw misuse('pad', `Nothing is left of axis ${axis}, of size ${size}, with [${before}, ${after}].`);
  });
}

function withConstant(x: tf.Tensor, sides: readonly Side[], value: number): tf.Tensor {
  const start = sides.map(([before]) => Math.max(0, -before));
  const kept = x.shape.map(
    (size, axis) => size - Math.max(0, -(sides[axis]?.[0] ?? 0)) - Math.max(0, -(sides[axis]?.[1] ?? 0)),
  );
  const inner = kept.every((size, axis) => size === x.shape[axis]) ? x : tf.slice(x, start, kept);
  return tf.pad(
    inner,
    sides.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]),
    value,
  );
}

interface Line {
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/** Which old place stands at each new one. */
function sources(mode: Exclude<Mode, 'constant'>, { size, before, after }: Line): tf.Tensor1D {
  const most = { reflect: size - 1, circular: size, replicate: Number.POSITIVE_INFINITY }[mode];
  if (before > most || after > most) {
    throw misuse('pad', `\`mode\` is '${mode}', and [${before}, ${after}] is more than an axis of size ${size} has.`, {
      allowed: `at most ${most}`,
    });
  }
  const places = Array.from({ length: size + before + after }, (_, index) => {
    const place = index - before;
    if (mode === 'replicate') return Math.min(Math.max(place, 0), size - 1);
    if (mode === 'circular') return (place + size) % size;
    return place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place;
  });
  return tf.tensor1d(places, 'int32');
}
