import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';
import type { SharedKernel } from './sharedKernel.js';

const general = defineArrayKernel<'x' | 'alpha'>(tf.Prelu, ({ x, alpha }) => {
  const shape = tf.backend_util.assertAndGetBroadcastShape(x.shape, alpha.shape);
  return {
    outputs: [{ shape }],
    fill: (inputs, [out]) => {
      const values = out as Float32Array;
      const [fromX, fromAlpha] = [places(x.shape, shape), places(alpha.shape, shape)];
      for (let i = 0; i < values.length; i++) {
        const value = inputs.x[fromX[i] as number] as number;
        values[i] = value > 0 ? value : value * (inputs.alpha[fromAlpha[i] as number] as number);
      }
    },
  };
});

/**
 * `tf.prelu`. XNNPACK has one slope for each number of the last axes; upstream hands it slopes of any other shape as if they
 * were that, and does not repeat the input.
 */
export const prelu: SharedKernel = {
  name: tf.Prelu,
  run: (call, stock) => {
    const [x, alpha] = [call.inputs.x?.shape ?? [], call.inputs.alpha?.shape ?? []];
    const isTrailing = alpha.length <= x.length && alpha.every((size, i) => size === x[x.length - alpha.length + i]);
    return isTrailing && stock !== undefined ? stock(call) : general.run(call, stock);
  },
};

/** For each number of the result the place of the operand's number that it comes from. */
function places(shape: readonly number[], outer: readonly number[]): Int32Array {
  let found = new Int32Array([0]);
  const missing = outer.length - shape.length;
  outer.forEach((size, axis) => {
    const own = axis < missing ? 1 : (shape[axis - missing] as number);
    const next = new Int32Array(found.length * size);
    for (let i = 0; i < next.length; i++) {
      next[i] = (found[Math.floor(i / size)] as number) * own + (own === 1 ? 0 : i % size);
    }
    found = next;
  });
  return found;
}
