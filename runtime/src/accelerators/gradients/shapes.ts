import * as tf from '../../tf.js';
import { STRIDED_SLICE_GRAD } from '../kernels/stridedSlice.js';
import { defineGradient } from './gradient.js';

/** A tensor seen along one axis: `[what is before it, the axis, what is after it]`. */
function alongAxis(x: tf.Tensor, axis: number): tf.Tensor3D {
  const outer = tf.util.sizeFromShape(x.shape.slice(0, axis));
  const inner = tf.util.sizeFromShape(x.shape.slice(axis + 1));
  return tf.reshape(x, [outer, x.shape[axis] as number, inner]);
}

/** Zeros before and after the middle axis. */
function pad(x: tf.Tensor3D, before: number, after: number): tf.Tensor3D {
  return tf.pad(x, [
    [0, 0],
    [before, after],
    [0, 0],
  ]);
}

/** Copies are added, one axis after the other. tfjs-core does it for ranks up to 4, by as many additions as there are copies. */
const tile = defineGradient<'x', tf.TileAttrs>(
  tf.Tile,
  { inputs: ['x'] },
  ({ dy, inputs: { x }, attrs: { reps } }) => ({
    x: () => {
      let rest = dy;
      for (const [axis, count] of reps.entries()) {
        if (count === 1) continue;
        const size = x.shape[axis] as number;
        const shape = rest.shape.with(axis, size);
        const outer = tf.util.sizeFromShape(rest.shape.slice(0, axis));
        rest = tf.reshape(tf.sum(tf.reshape(rest, [outer, count, -1]), 1), shape);
      }
      return rest;
    },
  }),
);

/** What was mirrored goes back over the mirror. tfjs-core drops it, so that its gradient is too small near the borders. */
const mirrorPad = defineGradient<'x', tf.MirrorPadAttrs>(
  tf.MirrorPad,
  { inputs: ['x'] },
  ({ dy, inputs: { x }, attrs: { paddings, mode } }) => ({
    x: () => {
      const offset = mode === 'reflect' ? 1 : 0; // whether the mirror stands on the border's numbers or behind them
      let rest = dy;
      for (const [axis, [before, after]] of paddings.entries()) {
        const size = x.shape[axis] as number;
        const shape = rest.shape.with(axis, size);
        const rows = alongAxis(rest, axis);
        const part = (start: number, length: number) => tf.slice(rows, [0, start, 0], [-1, length, -1]);
        const parts = [part(before, size)];
        if (before > 0) parts.push(pad(tf.reverse(part(0, before), 1), offset, size - before - offset));
        if (after > 0) parts.push(pad(tf.reverse(part(before + size, after), 1), size - after - offset, offset));
        rest = tf.reshape(tf.addN(parts), shape);
      }
      return rest;
    },
  }),
);

/** Zeros between and around what was taken. tfjs-core has no such gradient. */
const stridedSlice = defineGradient<'x', tf.StridedSliceAttrs>(
  tf.StridedSlice,
  { inputs: ['x'] },
  ({ dy, inputs: { x }, attrs }) => ({
    x: () => tf.engine().runKernel(STRIDED_SLICE_GRAD, { dy, x }, attrs as unknown as tf.NamedAttrMap), // tfjs's own names
  }),
);

/** tfjs-core hands its function a tensor instead of a list where there is one part. */
const splitV = defineGradient<never, tf.SplitVAttrs>(tf.SplitV, {}, ({ dys, attrs: { axis } }) => ({
  x: () => tf.concat([...dys], axis),
}));

/** The same for parts that are one number wide. */
const unpack = defineGradient<never, tf.UnpackAttrs>(tf.Unpack, {}, ({ dys, attrs: { axis } }) => ({
  value: () => tf.stack([...dys], axis),
}));

/** Blocks of channels back from squares of pixels. */
const depthToSpace = defineGradient<'x', tf.DepthToSpaceAttrs>(
  tf.DepthToSpace,
  { inputs: ['x'] },
  ({ dy, inputs: { x }, attrs: { blockSize, dataFormat } }) => ({
    x: () => {
      if (dataFormat === 'NCHW') {
        const [batch = 1, channels = 1, height = 1, width = 1] = x.shape;
        const blocks = tf.reshape(dy, [batch, channels / blockSize ** 2, height, blockSize, width, blockSize]);
        return tf.reshape(tf.transpose(blocks, [0, 3, 5, 1, 2, 4]), x.shape);
      }
      const [batch = 1, height = 1, width = 1] = x.shape;
      const blocks = tf.reshape(dy, [batch, height, blockSize, width, blockSize, -1]);
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), x.shape);
    },
  }),
);

/** The diagonal of what flows back. */
const diag = defineGradient<'x'>(tf.Diag, { inputs: ['x'] }, ({ dy, inputs: { x } }) => ({
  x: () => {
    const square = tf.reshape(dy, [x.size, x.size]);
    return tf.reshape(tf.sum(tf.mul(square, tf.eye(x.size)), 1), x.shape);
  },
}));

const flipLeftRight = defineGradient(tf.FlipLeftRight, {}, ({ dy }) => ({ image: () => tf.reverse(dy, 2) }));

/** Gradients of operations that move numbers about. */
export const shapeGradients: readonly tf.GradConfig[] = [
  tile,
  mirrorPad,
  stridedSlice,
  splitV,
  unpack,
  depthToSpace,
  diag,
  flipLeftRight,
];
