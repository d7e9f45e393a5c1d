/** A drawn point; y is NaN at a gap. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The exponential moving average of points, without the pull towards zero at its beginning (Adam's correction), so that a constant
 * stays what it is. A gap stays a gap and does not disturb what follows.
 * @param weight of what came before, from 0 (the points themselves) to below 1
 */
export function smoothed(points: readonly Point[], weight: number): Point[] {
  let average = 0;
  let known = 0;
  return points.map(({ x, y }) => {
    if (!Number.isFinite(y)) return { x, y: Number.NaN };
    // The share of real values in the average grows from 0 to 1; moving towards y by 1/known is exact for constants.
    known = known * weight + 1;
    average += (y - average) / known;
    return { x, y: average };
  });
}
