import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { type OpCase, type OpTable, uniform } from './opCase.js';

/** An operation on a tensor of some rank, which draws the rest from the same source. */
function on(
  ranks: [number, number],
  make: (random: TestRandom, shape: number[]) => (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
): (random: TestRandom) => OpCase {
  return (random) => {
    const shape = random.shape(ranks[0], ranks[1], 4);
    return { inputs: [uniform(random, shape)], run: make(random, shape) };
  };
}

function pairs(random: TestRandom, shape: number[], limit: (size: number) => number): [number, number][] {
  return shape.map((size) => [random.integer(0, limit(size)), random.integer(0, limit(size))]);
}

/** Several tensors that differ along one axis only. */
function stacked(random: TestRandom, ranks: [number, number], differ: boolean) {
  const shape = random.shape(ranks[0], ranks[1], 3);
  const axis = random.integer(0, shape.length - 1);
  const inputs = Array.from({ length: random.integer(1, 4) }, () =>
    uniform(random, differ ? shape.with(axis, random.integer(1, 3)) : shape),
  );
  return { axis, inputs };
}

/** Operations that move numbers about. */
export const SHAPE_OPS: OpTable = {
  reshape: on([0, 6], () => (x) => tf.reshape(x, [-1])),
  expandDims: on([0, 5], (random, { length }) => {
    const axis = random.integer(0, length);
    return (x) => tf.expandDims(x, axis);
  }),
  squeeze: on([0, 5], () => (x) => tf.squeeze(x)),
  transpose: on([0, 6], (random, { length }) => {
    const order = random.order(length);
    return (x) => tf.transpose(x, order);
  }),
  reverse: on([0, 5], (random, { length }) => {
    const axes = random.order(length).slice(0, random.integer(0, length));
    return (x) => tf.reverse(x, axes);
  }),
  tile: on([1, 5], (random, shape) => {
    const reps = shape.map(() => random.integer(1, 3));
    return (x) => tf.tile(x, reps);
  }),
  broadcastTo: on([0, 5], (random, shape) => {
    const extra = random.shape(0, 5 - shape.length, 3);
    const outer = [...extra, ...shape.map((size) => (size === 1 ? random.integer(1, 3) : size))];
    return (x) => tf.broadcastTo(x, outer);
  }),
  pad: on([1, 5], (random, shape) => {
    const paddings = pairs(random, shape, () => 2);
    return (x) => tf.pad(x, paddings, 0.5);
  }),
  'mirrorPad reflect': on([1, 5], (random, shape) => {
    const paddings = pairs(random, shape, (size) => size - 1);
    return (x) => tf.mirrorPad(x, paddings, 'reflect');
  }),
  'mirrorPad symmetric': on([1, 5], (random, shape) => {
    const paddings = pairs(random, shape, (size) => size);
    return (x) => tf.mirrorPad(x, paddings, 'symmetric');
  }),
  slice: on([1, 6], (random, shape) => {
    const begin = shape.map((size) => random.integer(0, size - 1));
    const size = shape.map((length, axis) => {
      const rest = length - (begin[axis] as number);
      return random.next() < 0.3 ? -1 : random.integer(1, rest);
    });
    return (x) => tf.slice(x, begin, size);
  }),
  stridedSlice: on([1, 5], (random, shape) => {
    const strides = shape.map(() => random.pick([-2, -1, 1, 2, 3]));
    const ends = shape.map((size) => random.integer(-size, size));
    const begin = shape.map((size) => random.integer(-size, size));
    const mask = () => random.integer(0, 2 ** shape.length - 1);
    const [beginMask, endMask, shrinkMask] = [mask(), mask(), random.pick([0, 0, 1])];
    // A shrunk axis is one index, which must lie inside.
    if (shrinkMask === 1) {
      begin[0] = random.integer(0, (shape[0] as number) - 1);
      strides[0] = 1;
    }
    return (x) => tf.stridedSlice(x, begin, ends, strides, beginMask, endMask, 0, 0, shrinkMask);
  }),
  'stridedSlice with new and left out axes': on([3, 4], (_random) => {
    return (x) => tf.stridedSlice(x, [0, 0, 0], [1, 1, 9], [1, 1, 2], 0, 0, 2, 1, 0);
  }),
  split: on([1, 5], (random, shape) => {
    const axis = random.integer(0, shape.length - 1);
    const size = shape[axis] as number;
    const first = random.integer(1, size);
    const sizes = first === size ? [size] : [first, size - first];
    return (x) => tf.split(x, sizes, axis - (random.next() < 0.5 ? shape.length : 0));
  }),
  unstack: on([1, 5], (random, { length }) => {
    const axis = random.integer(0, length - 1);
    return (x) => tf.unstack(x, axis);
  }),
  concat: (random) => {
    const { axis, inputs } = stacked(random, [1, 5], true);
    return { inputs, run: (...all) => tf.concat(all, axis) };
  },
  stack: (random) => {
    const { axis, inputs } = stacked(random, [1, 4], false);
    return { inputs, run: (...all) => tf.stack(all, axis) };
  },
  meshgrid: (random) => ({
    inputs: [uniform(random, [3]), uniform(random, [2])],
    run: (x, y) => tf.meshgrid(x, y),
  }),
  depthToSpace: (random) => {
    const [block, channels] = [random.integer(2, 3), random.integer(1, 3)];
    const shape = [...random.shape(3, 3, 3), block * block * channels];
    return { inputs: [uniform(random, shape)], run: (x: tf.Tensor4D) => tf.depthToSpace(x, block) };
  },
  spaceToBatchND: (random) => {
    const block = [random.integer(1, 3), random.integer(1, 2)];
    const crops = [0, 1].map((axis) => [0, (block[axis] as number) * random.integer(0, 1)]);
    const shape = [random.integer(1, 2), ...block.map((size) => size * random.integer(1, 2)), random.integer(1, 3)];
    return { inputs: [uniform(random, shape)], run: (x) => tf.spaceToBatchND(x, block, crops) };
  },
  batchToSpaceND: (random) => {
    const block = [random.integer(1, 2), random.integer(1, 3)];
    const shape = [(block[0] as number) * (block[1] as number), 2, 3, random.integer(1, 3)];
    return {
      inputs: [uniform(random, shape)],
      run: (x) =>
        tf.batchToSpaceND(x, block, [
          [0, 1],
          [0, 0],
        ]),
    };
  },
  diag: on([1, 3], () => (x) => tf.diag(x)),
  bandPart: on([2, 4], (random, shape) => {
    const [rows, columns] = shape.slice(-2) as [number, number];
    const [lower, upper] = [random.integer(-1, rows), random.integer(-1, columns)];
    return (x) => tf.linalg.bandPart(x, lower, upper);
  }),
};
