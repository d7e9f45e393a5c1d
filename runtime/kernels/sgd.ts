/**
 * SGD for elements `from` to `to` (exclusive), in place: torch.optim.SGD's update.
 * @param momentum buffer, or 0 without momentum
 * @param carry momentum
 * @param take what of the gradient goes into the buffer: `1 - dampening`
 * @param look 0, or the momentum for Nesterov's step
 */
export function sgd(
  value: usize,
  gradient: usize,
  momentum: usize,
  from: i32,
  to: i32,
  decay: f32,
  carry: f32,
  take: f32,
  nesterov: bool,
  look: f32,
  rate: f32,
): void {
  const vDecay = f32x4.splat(decay);
  const vCarry = f32x4.splat(carry);
  const vTake = f32x4.splat(take);
  const vLook = f32x4.splat(look);
  const vRate = f32x4.splat(rate);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const at = (<usize>i) << 2;
    const w = v128.load(value + at);
    let g = f32x4.add(v128.load(gradient + at), f32x4.mul(w, vDecay));
    if (momentum !== 0) {
      const m = f32x4.add(f32x4.mul(v128.load(momentum + at), vCarry), f32x4.mul(g, vTake));
      v128.store(momentum + at, m);
      g = nesterov ? f32x4.add(g, f32x4.mul(m, vLook)) : m;
    }
    v128.store(value + at, f32x4.sub(w, f32x4.mul(g, vRate)));
  }
  for (; i < to; i++) {
    const at = (<usize>i) << 2;
    const w = load<f32>(value + at);
    let g = load<f32>(gradient + at) + w * decay;
    if (momentum !== 0) {
      const m = load<f32>(momentum + at) * carry + g * take;
      store<f32>(momentum + at, m);
      g = nesterov ? g + m * look : m;
    }
    store<f32>(value + at, w - g * rate);
  }
}
