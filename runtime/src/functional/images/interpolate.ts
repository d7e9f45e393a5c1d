import * as tf from '../../tf.js';
import { misuse, oneOf, settle, sizes } from '../options.js';
import { adaptiveParts } from '../pooling/windows.js';
import { type AxisMap, averagesOf, axisMap, resample } from '../resample.js';
import { floats } from '../tensors.js';

const MODES = ['nearest', 'nearest-exact', 'linear', 'bilinear', 'trilinear', 'bicubic', 'area'] as const;

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** The new size, one for all axes or one for each. Either this or `scaleFactor`. */
  size?: number | readonly number[];
  /** How many times as large, one for all axes or one for each. */
  scaleFactor?: number | readonly number[];
  /** Default 'nearest'. 'linear' is for sequences, 'bilinear' and 'bicubic' for images, 'trilinear' for volumes. */
  mode?: (typeof MODES)[number];
  /**
   * Whether the first and the last places are put on each other, rather than the borders; default false; for the modes
   * of `…linear` and 'bicubic'.
   */
  alignCorners?: boolean;
  /** With `scaleFactor`: use the scale that the rounded sizes have; default false. */
  recomputeScaleFactor?: boolean;
}

/**
 * Makes images (or sequences, or volumes) larger or smaller. Source: torch.nn.functional.interpolate, without
 * `antialias`.
 * @param input `[batch, channels, …]` with one to three axes of places
 */
export function interpolate(input: tf.Tensor, options: InterpolateOptions): tf.Tensor {
  const settled = settle('interpolate', options ?? {}, {
    size: undefined,
    scaleFactor: undefined,
    mode: 'nearest',
    alignCorners: undefined,
    recomputeScaleFactor: false,
  });
  const mode = oneOf('interpolate', 'mode', settled.mode, MODES);
  return tf.tidy(() => {
    const x = floats('interpolate', 'input', input);
    expectMode(x, mode, settled.alignCorners);
    const places = x.shape.slice(2);
    return axesOf(places, settled).reduce((values, axis, index) => {
      const isSame = axis.inSize === axis.outSize && axis.scale === 1;
      return isSame ? values : resample(values, index + 2, mapOf(mode, axis, settled.alignCorners ?? false));
    }, tf.clone(x));
  });
}

interface Axis {
  readonly inSize: number;
  readonly outSize: number;
  /** Old places for each new one. */
  readonly scale: number;
}

const LINEAR_RANKS: Readonly<Record<string, number>> = { linear: 3, bilinear: 4, bicubic: 4, trilinear: 5 };

function expectMode(x: tf.Tensor, mode: string, alignCorners: boolean | undefined): void {
  const rank = LINEAR_RANKS[mode];
  if (x.rank < 3 || x.rank > 5 || (rank !== undefined && x.rank !== rank)) {
    throw misuse('interpolate', `\`input\` has shape [${x.shape}], \`mode\` is '${mode}'.`, {
      allowed:
        '[batch, channels, …]: 1 axis for linear, 2 for bilinear and bicubic, 3 for trilinear, 1 to 3 for the others',
    });
  }
  if (alignCorners !== undefined && rank === undefined) {
    throw misuse('interpolate', `\`alignCorners\` is ${alignCorners}, \`mode\` is '${mode}'.`, {
      allowed: 'alignCorners with linear, bilinear, bicubic and trilinear only',
    });
  }
}

function axesOf(
  places: readonly number[],
  { size, scaleFactor, recomputeScaleFactor }: InterpolateOptions,
): readonly Axis[] {
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw misuse('interpolate', size === undefined ? 'No size is given.' : 'Two sizes are given.', {
      allowed: 'either `size` or `scaleFactor`',
    });
  }
  if (size !== undefined) {
    return sizes('interpolate', 'size', size, places.length).map((outSize, axis) => {
      const inSize = places[axis] as number;
      return { inSize, outSize, scale: inSize / outSize };
    });
  }
  return places.map((inSize, axis) => {
    const factor = typeof scaleFactor === 'number' ? scaleFactor : scaleFactor?.[axis];
    const outSize = Math.floor(inSize * (factor ?? Number.NaN));
    if (factor === undefined || !(outSize >= 1)) {
      throw misuse('interpolate', `\`scaleFactor\` is ${JSON.stringify(scaleFactor)}.`, {
        allowed: `a number above 0 or a list of ${places.length}, that leave at least one place`,
      });
    }
    return { inSize, outSize, scale: recomputeScaleFactor ? inSize / outSize : 1 / factor };
  });
}

function mapOf(mode: (typeof MODES)[number], axis: Axis, alignCorners: boolean): AxisMap {
  const { inSize, outSize } = axis;
  switch (mode) {
    case 'nearest':
      return nearest(axis, 0);
    case 'nearest-exact':
      return nearest(axis, 0.5);
    case 'area':
      return averagesOf(
        adaptiveParts(inSize, outSize).map(({ from, to }) => ({ from, to, divisor: to - from })),
        inSize,
      );
    case 'bicubic':
      return cubic(axis, alignCorners);
    default:
      return linear(axis, alignCorners);
  }
}

function nearest({ inSize, outSize, scale }: Axis, shift: number): AxisMap {
  // In float32, as torch computes it: at whole numbers the last bit decides.
  const step = Math.fround(scale);
  return axisMap(outSize, inSize, (index) => {
    const place = Math.floor(Math.fround((index + shift) * step));
    return [[Math.min(place, inSize - 1), 1]];
  });
}

/** Where a new place lies among the old ones. */
function sourceOf(index: number, { inSize, outSize, scale }: Axis, alignCorners: boolean): number {
  if (alignCorners) return outSize > 1 ? (index * (inSize - 1)) / (outSize - 1) : 0;
  return (index + 0.5) * scale - 0.5;
}

function linear(axis: Axis, alignCorners: boolean): AxisMap {
  const last = axis.inSize - 1;
  return axisMap(axis.outSize, axis.inSize, (index) => {
    const source = Math.max(0, sourceOf(index, axis, alignCorners));
    const from = Math.min(Math.floor(source), last);
    const share = Math.min(source - from, 1);
    return [
      [from, 1 - share],
      [Math.min(from + 1, last), share],
    ];
  });
}

// Source: Keys, Cubic Convolution Interpolation, 1981; torch's parameter.
const A = -0.75;
const near = (t: number) => ((A + 2) * t - (A + 3)) * t * t + 1;
const far = (t: number) => ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;

function cubic(axis: Axis, alignCorners: boolean): AxisMap {
  const inside = (place: number) => Math.min(Math.max(place, 0), axis.inSize - 1);
  return axisMap(axis.outSize, axis.inSize, (index) => {
    const source = sourceOf(index, axis, alignCorners);
    const from = Math.floor(source);
    const t = source - from;
    return [
      [inside(from - 1), far(t + 1)],
      [inside(from), near(t)],
      [inside(from + 1), near(1 - t)],
      [inside(from + 2), far(2 - t)],
    ];
  });
}
