/**
 * The place where the curve y(x) falls most steeply: the least of its numerical gradient, by second-order differences on the uneven
 * grid, one-sided at the ends. In float32, as torch computes it, so that near ties fall alike. Source: `torch.gradient`.
 * @param x strictly rising; at least two points
 */
export function steepestDescent(x: readonly number[], y: readonly number[]): number {
  const gradients = gradient(Float32Array.from(x), Float32Array.from(y));
  return gradients.reduce((best, slope, index) => (slope < (gradients[best] as number) ? index : best), 0);
}

function gradient(x: Float32Array, y: Float32Array): Float32Array {
  const f = Math.fround;
  const last = x.length - 1;
  const at = (values: Float32Array, index: number) => values[index] as number; // callers stay within
  const step = (index: number) => f(at(x, index + 1) - at(x, index));
  const slope = (index: number) => f(f(at(y, index + 1) - at(y, index)) / step(index));
  return Float32Array.from(x, (_, index) => {
    if (index === 0) return slope(0);
    if (index === last) return slope(last - 1);
    const before = step(index - 1);
    const after = step(index);
    const a = f(-after / f(before * f(before + after)));
    const b = f(f(after - before) / f(before * after));
    const c = f(before / f(after * f(before + after)));
    return f(f(f(a * at(y, index - 1)) + f(b * at(y, index))) + f(c * at(y, index + 1)));
  });
}
