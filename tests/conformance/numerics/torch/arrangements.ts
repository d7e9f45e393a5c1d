import { tf } from 'lightning-tfjs';
import type { JsonObject } from '../../scenario.js';
import { axisFrom, first, numberAt, numbersOf, type TensorOperation } from './types.js';

const arrange =
  (compute: (x: tf.Tensor, args: JsonObject) => tf.Tensor): TensorOperation =>
  (tensors, args) =>
    compute(first(tensors), args);

/** torch's operations that move values around, under its names and arguments. */
export const ARRANGEMENTS: Readonly<Record<string, TensorOperation>> = {
  reshape: arrange((x, { shape }) => tf.reshape(x, numbersOf(shape))),
  view: arrange((x, { shape, size }) => tf.reshape(x, numbersOf(shape ?? size))),
  flatten: arrange((x, args) => {
    const start = axisFrom(args.start_dim, x.rank, 0);
    const end = axisFrom(args.end_dim, x.rank, -1);
    return tf.reshape(x, [...x.shape.slice(0, start), -1, ...x.shape.slice(end + 1)]);
  }),
  squeeze: arrange((x, { dim }) => {
    const axes = numbersOf(dim).map((axis) => axisFrom(axis, x.rank));
    const gone = dim === undefined ? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : [])) : axes;
    return tf.reshape(
      x,
      x.shape.filter((size, axis) => size !== 1 || !gone.includes(axis)),
    );
  }),
  unsqueeze: arrange((x, { dim }) => tf.expandDims(x, axisFrom(dim, x.rank + 1))),
  permute: arrange((x, { dims }) =>
    tf.transpose(
      x,
      numbersOf(dims).map((axis) => axisFrom(axis, x.rank)),
    ),
  ),
  transpose: arrange((x, { dim0, dim1 }) => swapped(x, axisFrom(dim0, x.rank), axisFrom(dim1, x.rank))),
  t: arrange((x) => tf.transpose(x)),
  movedim: arrange((x, { source, destination }) => {
    const from = axisFrom(source, x.rank);
    const order = [...Array(x.rank).keys()].filter((axis) => axis !== from);
    return tf.transpose(x, order.toSpliced(axisFrom(destination, x.rank), 0, from));
  }),
  flip: arrange((x, { dims }) =>
    tf.reverse(
      x,
      numbersOf(dims).map((axis) => axisFrom(axis, x.rank)),
    ),
  ),
  roll: arrange((x, { shifts, dims }) => {
    const steps = numbersOf(shifts);
    if (dims === undefined || dims === null) return tf.reshape(rolled(tf.reshape(x, [-1]), 0, steps[0] ?? 0), x.shape);
    return numbersOf(dims).reduce((value, dim, index) => rolled(value, axisFrom(dim, x.rank), steps[index] ?? 0), x);
  }),
  expand: arrange((x, { size, sizes, shape }) => broadcast(x, numbersOf(size ?? sizes ?? shape))),
  broadcast_to: arrange((x, { size, shape }) => broadcast(x, numbersOf(size ?? shape))),
  repeat: arrange((x, { repeats, sizes }) => tiled(x, numbersOf(repeats ?? sizes))),
  tile: arrange((x, { dims }) => tiled(x, numbersOf(dims))),
  repeat_interleave: arrange((x, args) => {
    const times = numberAt(args, ['repeats'], 1);
    const flat = typeof args.dim === 'number' ? x : tf.reshape(x, [-1]);
    const axis = axisFrom(args.dim, flat.rank);
    const places = Array.from({ length: (flat.shape[axis] ?? 0) * times }, (_, place) => Math.floor(place / times));
    return tf.gather(flat, tf.tensor1d(places, 'int32'), axis);
  }),
  tril: arrange((x, args) => triangle(x, (row, column) => column - row <= numberAt(args, ['diagonal'], 0))),
  triu: arrange((x, args) => triangle(x, (row, column) => column - row >= numberAt(args, ['diagonal'], 0))),
  trace: arrange((x) => tf.sum(triangle(x, (row, column) => row === column))),
  diag: arrange((x) =>
    x.rank === 1
      ? tf.diag(x)
      : tf.sum(
          triangle(x, (row, column) => row === column),
          1,
        ),
  ),
  diagonal: arrange((x) => {
    const length = Math.min(...x.shape.slice(-2));
    return tf.slice(
      tf.sum(
        triangle(x, (row, column) => row === column),
        -1,
      ),
      0,
      [...x.shape.slice(0, -2), length],
    );
  }),
  diff: arrange((x, args) => {
    const axis = axisFrom(args.dim, x.rank, -1);
    const length = (x.shape[axis] ?? 1) - 1;
    return tf.sub(part(x, axis, 1, length), part(x, axis, 0, length));
  }),
  narrow: arrange((x, args) =>
    part(x, axisFrom(args.dim, x.rank), numberAt(args, ['start'], 0), numberAt(args, ['length'], 1)),
  ),
  select: arrange((x, args) => {
    const axis = axisFrom(args.dim, x.rank);
    return tf.squeeze(part(x, axis, axisFrom(args.index, x.shape[axis] ?? 0), 1), [axis]);
  }),
  cat: (tensors, args) => tf.concat([...tensors], axisFrom(args.dim, first(tensors).rank)),
  stack: (tensors, args) => tf.stack([...tensors], axisFrom(args.dim, first(tensors).rank + 1)),
  index_select: ([x, index], args) =>
    tf.gather(x as tf.Tensor, index as tf.Tensor1D, axisFrom(args.dim, (x as tf.Tensor).rank)),
  take: ([x, index]) => tf.gather(tf.reshape(x as tf.Tensor, [-1]), index as tf.Tensor),
  gather: ([x, index], args) => picked(x as tf.Tensor, index as tf.Tensor, axisFrom(args.dim, (x as tf.Tensor).rank)),
  take_along_dim: ([x, index], args) =>
    picked(x as tf.Tensor, index as tf.Tensor, axisFrom(args.dim, (x as tf.Tensor).rank)),
  scatter_add: (_tensors, args, inputs) => scattered(inputs, args),
};

function swapped(x: tf.Tensor, a: number, b: number): tf.Tensor {
  const order = [...Array(x.rank).keys()];
  return tf.transpose(x, order.with(a, b).with(b, a));
}

function part(x: tf.Tensor, axis: number, start: number, length: number): tf.Tensor {
  return tf.slice(
    x,
    x.shape.map((_, index) => (index === axis ? start : 0)),
    x.shape.with(axis, length),
  );
}

function rolled(x: tf.Tensor, axis: number, shift: number): tf.Tensor {
  const size = x.shape[axis] ?? 1;
  const start = (((-shift % size) + size) % size) as number;
  return start === 0 ? tf.clone(x) : tf.concat([part(x, axis, start, size - start), part(x, axis, 0, start)], axis);
}

/** -1 keeps a size. */
function broadcast(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const missing = shape.length - x.rank;
  return tf.broadcastTo(
    x,
    shape.map((size, axis) => (size === -1 ? (x.shape[axis - missing] ?? 1) : size)) as [number],
  );
}

function tiled(x: tf.Tensor, repeats: readonly number[]): tf.Tensor {
  const rank = Math.max(x.rank, repeats.length);
  const shape = [...Array<number>(rank - x.rank).fill(1), ...x.shape];
  return tf.tile(tf.reshape(x, shape), [...Array<number>(rank - repeats.length).fill(1), ...repeats]);
}

function triangle(x: tf.Tensor, isKept: (row: number, column: number) => boolean): tf.Tensor {
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const mask = Array.from({ length: rows * columns }, (_, at) =>
    isKept(Math.floor(at / columns), at % columns) ? 1 : 0,
  );
  return tf.mul(x, tf.tensor2d(mask, [rows, columns]));
}

/** For each place of an index tensor, where it points to in the flattened input: the place itself, but for one axis. */
function flatPlaces(index: tf.Tensor, shape: readonly number[], axis: number): tf.Tensor1D {
  const strides = shape.map((_, at) => shape.slice(at + 1).reduce((product, size) => product * size, 1));
  const places = Array.from(index.dataSync(), (target, at) => {
    let rest = at;
    let place = 0;
    for (let dim = index.rank - 1; dim >= 0; dim--) {
      const size = index.shape[dim] as number;
      place += (dim === axis ? target : rest % size) * (strides[dim] as number);
      rest = Math.floor(rest / size);
    }
    return place;
  });
  return tf.tensor1d(places, 'int32');
}

function picked(x: tf.Tensor, index: tf.Tensor, axis: number): tf.Tensor {
  return tf.reshape(tf.gather(tf.reshape(x, [-1]), flatPlaces(index, x.shape, axis)), index.shape);
}

function scattered(inputs: Readonly<Record<string, tf.Tensor>>, args: JsonObject): tf.Tensor {
  const x = (inputs.x ?? inputs.input) as tf.Tensor;
  const { index, src } = inputs as { readonly index: tf.Tensor; readonly src: tf.Tensor };
  const places = flatPlaces(index, x.shape, axisFrom(args.dim, x.rank));
  const used = tf.slice(src, 0, index.shape);
  return tf.add(x, tf.reshape(tf.unsortedSegmentSum(tf.reshape(used, [-1]), places, x.size), x.shape));
}
