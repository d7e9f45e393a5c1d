import { hardSigmoid4, sigmoid4, tanh4 } from './math';

/** Four floats in bytes. */
const VECTOR: usize = 16;

/**
 * An LSTM cell behind its products, for samples `from` to `to` (exclusive): from the gates' inputs `z`
 * `[batch, 4 units]`, in the order input, forget, candidate, output, and the cell state `c` to the next `h` and `c`.
 * @param units a multiple of 4
 * @param hard whether gates open by the hard sigmoid
 */
export function lstm(z: usize, c: usize, hOut: usize, cOut: usize, from: i32, to: i32, units: i32, hard: bool): void {
  const row = (<usize>units) << 2;
  for (let sample = <usize>from; sample < <usize>to; sample++) {
    let zi = z + sample * row * 4;
    let at = sample * row;
    const end = at + row;
    for (; at < end; at += VECTOR) {
      const i = gate(v128.load(zi), hard);
      const f = gate(v128.load(zi + row), hard);
      const g = tanh4(v128.load(zi + row * 2));
      const o = gate(v128.load(zi + row * 3), hard);
      const next = f32x4.add(f32x4.mul(f, v128.load(c + at)), f32x4.mul(i, g));
      v128.store(cOut + at, next);
      v128.store(hOut + at, f32x4.mul(o, tanh4(next)));
      zi += VECTOR;
    }
  }
}

/** Its gradient: from those of `h` and of the next `c` to those of `z` and of `c`. The gates are computed anew. */
export function lstmGrad(
  z: usize,
  c: usize,
  dh: usize,
  dcOut: usize,
  dz: usize,
  dc: usize,
  from: i32,
  to: i32,
  units: i32,
  hard: bool,
): void {
  const one = f32x4.splat(1);
  const row = (<usize>units) << 2;
  for (let sample = <usize>from; sample < <usize>to; sample++) {
    let at4 = sample * row * 4;
    let at = sample * row;
    const end = at + row;
    for (; at < end; at += VECTOR) {
      const i = gate(v128.load(z + at4), hard);
      const f = gate(v128.load(z + at4 + row), hard);
      const g = tanh4(v128.load(z + at4 + row * 2));
      const o = gate(v128.load(z + at4 + row * 3), hard);
      const before = v128.load(c + at);
      const t = tanh4(f32x4.add(f32x4.mul(f, before), f32x4.mul(i, g)));
      const grad = v128.load(dh + at);
      const inner = f32x4.sub(one, f32x4.mul(t, t));
      const dNext = f32x4.add(v128.load(dcOut + at), f32x4.mul(f32x4.mul(grad, o), inner));
      v128.store(dc + at, f32x4.mul(dNext, f));
      v128.store(dz + at4, f32x4.mul(f32x4.mul(dNext, g), gateSlope(i, hard)));
      v128.store(dz + at4 + row, f32x4.mul(f32x4.mul(dNext, before), gateSlope(f, hard)));
      v128.store(dz + at4 + row * 2, f32x4.mul(f32x4.mul(dNext, i), f32x4.sub(one, f32x4.mul(g, g))));
      v128.store(dz + at4 + row * 3, f32x4.mul(f32x4.mul(grad, t), gateSlope(o, hard)));
      at4 += VECTOR;
    }
  }
}

function gate(x: v128, hard: bool): v128 {
  return hard ? hardSigmoid4(x) : sigmoid4(x);
}

/** The gate's derivative, from its value. The hard one is flat where it is shut or wide open. */
function gateSlope(y: v128, hard: bool): v128 {
  const one = f32x4.splat(1);
  if (!hard) return f32x4.mul(y, f32x4.sub(one, y));
  const isBetween = v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, one));
  return v128.and(isBetween, f32x4.splat(0.2));
}
