import type { CheckpointTexts } from './texts.js';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.4 MB`, as file explorers write sizes. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** `64 × 3`; a word for a tensor without dimensions. */
export function formatShape(shape: readonly number[], texts: CheckpointTexts): string {
  if (shape.length === 0) return texts.scalar;
  const shown = shape.slice(0, 12).join(' × ');
  return shape.length > 12 ? `${shown} × …` : shown;
}

/** Number of values of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}
