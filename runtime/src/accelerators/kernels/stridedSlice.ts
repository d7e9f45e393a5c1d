import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';
import { readWalk, type Walk, writeWalk } from './runs.js';

/** TensorFlow's name; tfjs has no such kernel. */
export const STRIDED_SLICE_GRAD = 'StridedSliceGrad';

/**
 * `tf.stridedSlice`. Upstream counts the axes without those that are left out (`shrinkAxisMask`) where it looks numbers up
 * along all of them, on every backend; its wasm kernel also calls integers floats.
 */
export const stridedSlice = defineArrayKernel<'x', tf.StridedSliceAttrs>(
  tf.StridedSlice,
  ({ x: { shape, dtype } }, attrs) => {
    const { walk, finalShape } = geometry(shape, attrs);
    return {
      outputs: [{ shape: finalShape, dtype }],
      fill: ({ x }, [out]) => readWalk(x, walk, out as Float32Array),
    };
  },
);

/** Its gradient: zeros but where numbers were taken from. */
export const stridedSliceGrad = defineArrayKernel<'dy' | 'x', tf.StridedSliceAttrs>(
  STRIDED_SLICE_GRAD,
  ({ x: { shape } }, attrs) => ({
    outputs: [{ shape }],
    fill: ({ dy }, [out]) => writeWalk(dy, out as Float32Array, geometry(shape, attrs).walk),
  }),
);

/** `tf.reverse`. Upstream's wasm kernel works out the coordinates of every number, at fifty times the cost. */
export const reverse = defineArrayKernel<'x', tf.ReverseAttrs>(tf.Reverse, ({ x: { shape, dtype } }, { dims }) => {
  const axes = tf.util.parseAxisParam(dims, shape);
  const own = stepsOf(shape);
  const steps = own.map((step, axis) => (axes.includes(axis) ? -step : step));
  const start = axes.reduce((sum, axis) => sum + ((shape[axis] as number) - 1) * (own[axis] as number), 0);
  return {
    outputs: [{ shape, dtype }],
    fill: ({ x }, [out]) => readWalk(x, { counts: shape, steps, start }, out as Float32Array),
  };
});

function geometry(shape: number[], attrs: tf.StridedSliceAttrs): { walk: Walk; finalShape: number[] } {
  const { begin, end, strides, finalShape } = tf.slice_util.sliceInfo(
    shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  const own = stepsOf(shape);
  const start = begin.reduce((sum, place, axis) => sum + place * (own[axis] as number), 0);
  const counts = shape.map((_, axis) =>
    Math.max(0, Math.ceil(((end[axis] as number) - (begin[axis] as number)) / (strides[axis] as number))),
  );
  const steps = own.map((step, axis) => step * (strides[axis] as number));
  return { walk: { counts, steps, start }, finalShape };
}

/** How far two neighbours along each axis lie apart. */
function stepsOf(shape: number[]): number[] {
  return shape.map((_, axis) => tf.util.sizeFromShape(shape.slice(axis + 1)));
}
