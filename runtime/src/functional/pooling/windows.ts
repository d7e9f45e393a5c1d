import { overImages, reach, type Sizes } from '../convolution/geometry.js';
import { misuse, sizes } from '../options.js';

/** Options that place the windows of a pooling. */
export interface WindowOptions {
  /** Required. */
  kernelSize: Sizes;
  /** Default: the window's size. */
  stride?: Sizes;
  /** Default 0; at most half of the window. */
  padding?: Sizes;
  /** Take a last window that is not full; default false. */
  ceilMode?: boolean;
}

/** The windows along one axis. */
export interface AxisWindows {
  readonly inSize: number;
  readonly outSize: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  /** How far the last window reaches beyond the input; negative when it ends before. */
  readonly beyond: number;
}

/** The windows of height and width; a sequence has height 1. */
export function windowsOf(
  name: string,
  places: readonly number[],
  axes: 1 | 2,
  { kernelSize, stride, padding = 0, dilation = 1, ceilMode = false }: WindowOptions & { readonly dilation?: Sizes },
): readonly AxisWindows[] {
  const kernels = overImages(sizes(name, 'kernelSize', kernelSize, axes), 1);
  const strides = overImages(sizes(name, 'stride', stride ?? kernelSize, axes), 1);
  const paddings = overImages(sizes(name, 'padding', padding, axes, 0), 0);
  const dilations = overImages(sizes(name, 'dilation', dilation, axes), 1);
  return places.map((inSize, axis) => {
    const [kernel, step, pad, gap] = [kernels, strides, paddings, dilations].map((list) => list[axis] as number) as [
      number,
      number,
      number,
      number,
    ];
    const full = reach(kernel, gap);
    if (pad > full / 2) {
      throw misuse(name, `\`padding\` is ${pad}, the window reaches over ${full} places.`, {
        allowed: 'at most half of the window',
      });
    }
    const outSize = outputSize(inSize + 2 * pad - full, { step, isCeil: ceilMode, room: inSize + pad });
    if (outSize < 1) {
      throw misuse(name, `A window of ${full} does not fit into ${inSize} places with padding ${pad}.`, {
        fix: 'Use a smaller window, or pad the input.',
      });
    }
    const beyond = (outSize - 1) * step + full - inSize - pad;
    return { inSize, outSize, kernel, stride: step, padding: pad, dilation: gap, beyond };
  });
}

/** torch's: a last window that would begin in the padding behind the input is left out. */
function outputSize(
  room: number,
  { step, isCeil, room: end }: { readonly step: number; readonly isCeil: boolean; readonly room: number },
): number {
  if (!isCeil) return Math.floor(room / step) + 1;
  const size = Math.ceil(room / step) + 1;
  return (size - 1) * step >= end ? size - 1 : size;
}

/**
 * The parts of equal size, as nearly as it goes, that adaptive poolings take: `from ≤ index < to`. Neighbours may
 * share an index.
 */
export function adaptiveParts(
  inSize: number,
  outSize: number,
): readonly { readonly from: number; readonly to: number }[] {
  return Array.from({ length: outSize }, (_, index) => ({
    from: Math.floor((index * inSize) / outSize),
    to: Math.ceil(((index + 1) * inSize) / outSize),
  }));
}
