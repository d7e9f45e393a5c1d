/**
 * Adam and AdamW for elements `from` to `to` (exclusive), in place: torch.optim.Adam's update.
 * @param largest the largest second moments so far (amsgrad), or 0 without
 * @param decay L2 penalty that is added to the gradient
 * @param keep what a weight is multiplied by before the update: 1, or `1 - lr * weightDecay` (AdamW)
 * @param rate `lr / (1 - beta1^step)`, times `c`: that is `sqrt(1 - beta2^step)`, by which torch divides the root. Both
 *   sides of the quotient are multiplied by it instead, which saves one division of two.
 * @param eps torch's, times `c`
 */
export function adam(
  value: usize,
  gradient: usize,
  first: usize,
  second: usize,
  largest: usize,
  from: i32,
  to: i32,
  decay: f32,
  keep: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  rate: f32,
  eps: f32,
): void {
  const vDecay = f32x4.splat(decay);
  const vKeep = f32x4.splat(keep);
  const vBeta1 = f32x4.splat(beta1);
  const vRest1 = f32x4.splat(oneMinusBeta1);
  const vBeta2 = f32x4.splat(beta2);
  const vRest2 = f32x4.splat(oneMinusBeta2);
  const vRate = f32x4.splat(rate);
  const vEps = f32x4.splat(eps);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const at = (<usize>i) << 2;
    const w = v128.load(value + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(w, vDecay));
    const m = f32x4.add(f32x4.mul(v128.load(first + at), vBeta1), f32x4.mul(g, vRest1));
    let v = f32x4.add(f32x4.mul(v128.load(second + at), vBeta2), f32x4.mul(f32x4.mul(g, g), vRest2));
    v128.store(first + at, m);
    v128.store(second + at, v);
    if (largest !== 0) {
      v = f32x4.max(v128.load(largest + at), v);
      v128.store(largest + at, v);
    }
    const update = f32x4.div(f32x4.mul(m, vRate), f32x4.add(f32x4.sqrt(v), vEps));
    v128.store(value + at, f32x4.sub(f32x4.mul(w, vKeep), update));
  }
  for (; i < to; i++) {
    const at = (<usize>i) << 2;
    const w = load<f32>(value + at);
    const g = load<f32>(gradient + at) + w * decay;
    const m = load<f32>(first + at) * beta1 + g * oneMinusBeta1;
    let v = load<f32>(second + at) * beta2 + g * g * oneMinusBeta2;
    store<f32>(first + at, m);
    store<f32>(second + at, v);
    if (largest !== 0) {
      v = max<f32>(load<f32>(largest + at), v);
      store<f32>(largest + at, v);
    }
    store<f32>(value + at, w * keep - (m * rate) / (sqrt<f32>(v) + eps));
  }
}
