import * as tf from '../tf.js';

/** A value, and how to get from its gradient to those of the inputs. */
export interface Fused<Saved extends tf.Tensor[]> {
  readonly value: tf.Tensor;
  /** What the gradient needs; kept until then. All else that was made on the way to the value is freed at once. */
  readonly saved: readonly [...Saved];
  /** The gradient of each input, from the value's and what was saved. */
  readonly gradient: (dy: tf.Tensor, ...saved: Saved) => tf.Tensor | tf.Tensor[];
}

/** Several operations as one node on the tape, with a gradient of its own. */
export function fused<Saved extends tf.Tensor[]>(inputs: readonly tf.Tensor[], compute: () => Fused<Saved>): tf.Tensor {
  const run = tf.customGrad((...given) => {
    const save = given.at(-1) as tf.GradSaveFunc; // tfjs passes the inputs once more, and this behind them
    const { value, saved, gradient } = compute();
    save([...saved]);
    return { value, gradFunc: (dy, kept) => gradient(dy, ...(kept as Saved)) }; // tfjs hands back what it saved
  });
  return run(...inputs);
}

/** An elementwise function by its value and its slope. The tape keeps nothing but `x`. */
export function elementwise(
  x: tf.Tensor,
  value: (x: tf.Tensor) => tf.Tensor,
  slope: (x: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  return fused([x], () => ({ value: value(x), saved: [x], gradient: (dy, kept) => tf.mul(dy, slope(kept)) }));
}

/** x within bounds, without a gradient of its own. Engines differ in what clipping makes of NaN; `step` keeps it everywhere. */
export function clipped(x: tf.Tensor, from: number, to: number): tf.Tensor {
  return tf.add(tf.clipByValue(x, from, to), tf.mul(tf.step(x), 0));
}

/** The larger of `x` and a bound. At the bound the gradient passes, as with torch's `clamp_min`. */
export function atLeast(input: tf.Tensor, bound: number): tf.Tensor {
  return elementwise(
    input,
    (x) => clipped(x, bound, Number.POSITIVE_INFINITY),
    (x) => tf.sub(1, tf.step(tf.sub(bound, x))),
  );
}

/** The larger of `x` and a bound, with the gradient of `x` everywhere: where torch clamps out of autograd's sight. */
export function liftedTo(x: tf.Tensor, bound: number): tf.Tensor {
  return fused([x], () => ({
    value: clipped(x, bound, Number.POSITIVE_INFINITY),
    saved: [],
    gradient: (dy) => tf.clone(dy),
  }));
}

/** 1 where `x > bound`, else 0. Has no gradient. */
export function isAbove(x: tf.Tensor, bound: number): tf.Tensor {
  return tf.step(bound === 0 ? x : tf.sub(x, bound));
}
