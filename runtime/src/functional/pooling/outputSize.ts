import { overImages } from '../convolution/geometry.js';
import { sizes } from '../options.js';

/** The size of an adaptive pooling's output: one for all axes, or one for each; null keeps the input's. */
export type OutputSize = number | readonly (number | null)[];

/** The output's height and width; a sequence has height 1. */
export function outputSizes(
  name: string,
  outputSize: OutputSize,
  places: readonly number[],
  axes: 1 | 2,
): readonly number[] {
  const own = places.slice(2 - axes);
  const filled = Array.isArray(outputSize) ? outputSize.map((size, axis) => size ?? own[axis]) : outputSize;
  return overImages(sizes(name, 'outputSize', filled as number | readonly number[], axes), 1); // null is filled in
}
