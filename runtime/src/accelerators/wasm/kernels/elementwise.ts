import * as tf from '../../../tf.js';
import type { BackendWasm } from '../../../tfBackends.js';
import { bitsOf } from '../../kernels/reluGrad.js';
import { broadcastWalk, type Numbers, readWalk } from '../../kernels/runs.js';
import { bringHere, Scratch } from '../heap.js';
import { defineKernel, requireStock, type WasmKernel } from '../kernel.js';

interface Pair {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
}

/** Goes over two operands at once; `onA` and `onB` are -1, or 0 for an operand of one number. */
type Loop = (a: Numbers, b: Numbers, out: Numbers, onA: number, onB: number) => void;

/*
 * Upstream's comparisons, `maximum` and the like branch on every number, and look up coordinates where an operand is
 * repeated: 5 to 200 nanoseconds for a number. These loops have no branches. Each is written out, since a loop that calls a
 * function is not compiled as one.
 */
const COMPARISONS: Readonly<Record<string, Loop>> = {
  [tf.Equal]: (a, b, out, onA, onB) => {
    for (let i = 0; i < out.length; i++) out[i] = Number((a[i & onA] as number) === (b[i & onB] as number));
  },
  [tf.NotEqual]: (a, b, out, onA, onB) => {
    for (let i = 0; i < out.length; i++) out[i] = Number((a[i & onA] as number) !== (b[i & onB] as number));
  },
  [tf.Greater]: (a, b, out, onA, onB) => {
    for (let i = 0; i < out.length; i++) out[i] = Number((a[i & onA] as number) > (b[i & onB] as number));
  },
  [tf.GreaterEqual]: (a, b, out, onA, onB) => {
    for (let i = 0; i < out.length; i++) out[i] = Number((a[i & onA] as number) >= (b[i & onB] as number));
  },
  [tf.Less]: (a, b, out, onA, onB) => {
    for (let i = 0; i < out.length; i++) out[i] = Number((a[i & onA] as number) < (b[i & onB] as number));
  },
  [tf.LessEqual]: (a, b, out, onA, onB) => {
    for (let i = 0; i < out.length; i++) out[i] = Number((a[i & onA] as number) <= (b[i & onB] as number));
  },
};

/** The bits of the operand that wins; what is not a number wins always, as in torch. */
const EXTREMES: Readonly<Record<string, Loop>> = {
  [tf.Maximum]: (a, b, out, onA, onB) => {
    const [bitsA, bitsB, to] = [a, b, out].map((numbers) => bitsOf(numbers as Float32Array)) as Three;
    for (let i = 0; i < to.length; i++) {
      const value = a[i & onA] as number;
      const wins = -(Number(value >= (b[i & onB] as number)) | Number(Number.isNaN(value)));
      to[i] = ((bitsA[i & onA] as number) & wins) | ((bitsB[i & onB] as number) & ~wins);
    }
  },
  [tf.Minimum]: (a, b, out, onA, onB) => {
    const [bitsA, bitsB, to] = [a, b, out].map((numbers) => bitsOf(numbers as Float32Array)) as Three;
    for (let i = 0; i < to.length; i++) {
      const value = a[i & onA] as number;
      const wins = -(Number(value <= (b[i & onB] as number)) | Number(Number.isNaN(value)));
      to[i] = ((bitsA[i & onA] as number) & wins) | ((bitsB[i & onB] as number) & ~wins);
    }
  },
};

type Three = [Int32Array, Int32Array, Int32Array];

function binary(name: string, loop: Loop, dtypeOf: (a: tf.TensorInfo) => tf.DataType): WasmKernel {
  return defineKernel<Pair, object>(name, (call, stock) => {
    const { inputs, backend } = call;
    if (inputs.a.dtype !== inputs.b.dtype || inputs.a.dtype === 'string') return requireStock(name, stock)(call);
    bringHere(backend, inputs.a, inputs.b);
    const shape = tf.backend_util.assertAndGetBroadcastShape(inputs.a.shape, inputs.b.shape);
    using scratch = new Scratch(backend);
    const [a, b] = [repeated(scratch, backend, inputs.a, shape), repeated(scratch, backend, inputs.b, shape)];
    const out = backend.makeOutput(shape, dtypeOf(a));
    loop(numbers(backend, a), numbers(backend, b), numbers(backend, out), onEach(a), onEach(b));
    return out;
  });
}

/** The tensor, or its numbers repeated to a shape; a single number stays one. */
function repeated(scratch: Scratch, backend: BackendWasm, x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const size = tf.util.sizeFromShape(x.shape);
  if (size === 1 || size === tf.util.sizeFromShape(shape)) return x;
  const full = scratch.make(shape, x.dtype);
  readWalk(numbers(backend, x), broadcastWalk(x.shape, shape), numbers(backend, full));
  return full;
}

function numbers(backend: BackendWasm, x: tf.TensorInfo): Numbers {
  return backend.typedArrayFromHeap(x) as Numbers; // no other typed arrays are made there
}

function onEach({ shape }: tf.TensorInfo): number {
  return tf.util.sizeFromShape(shape) === 1 ? 0 : -1;
}

/** Upstream's kernels that are right and fast enough, as long as nothing is repeated. */
const REPEATED_FIRST = [tf.Atan2, tf.FloorDiv, tf.LogicalAnd, tf.LogicalOr, tf.LogicalXor, tf.Mod, tf.Pow];

function repeatedFirst(name: string): WasmKernel {
  return defineKernel<Pair, object>(name, (call, stock) => {
    const { inputs, backend } = call;
    bringHere(backend, inputs.a, inputs.b);
    const shape = tf.backend_util.assertAndGetBroadcastShape(inputs.a.shape, inputs.b.shape);
    using scratch = new Scratch(backend);
    const [a, b] = [repeated(scratch, backend, inputs.a, shape), repeated(scratch, backend, inputs.b, shape)];
    return requireStock(name, stock)({ ...call, inputs: { a, b } });
  });
}

/** `tf.where`. Upstream takes truth values for floats, and writes past the end of its result. */
const select = defineKernel<Readonly<Record<'condition' | 't' | 'e', tf.TensorInfo>>, object>(
  tf.Select,
  (call, stock) => {
    const { inputs, backend } = call;
    const { condition, t, e } = inputs;
    if (t.dtype !== 'bool') return requireStock(tf.Select, stock)(call);
    bringHere(backend, condition, t, e);
    const out = backend.makeOutput(t.shape, t.dtype);
    const [chosen, yes, no, to] = [condition, t, e, out].map((x) => numbers(backend, x)) as [
      Numbers,
      Numbers,
      Numbers,
      Numbers,
    ];
    const perChoice = to.length / Math.max(1, chosen.length); // a condition of rank 1 chooses rows
    for (let i = 0; i < to.length; i++)
      to[i] = ((chosen[Math.floor(i / perChoice)] as number) === 0 ? no : yes)[i] as number;
    return out;
  },
);

/** `tf.tile` and so `tf.broadcastTo`: each axis that is repeated is one more axis to walk over. */
const tile = defineKernel<{ x: tf.TensorInfo }, tf.TileAttrs>(
  tf.Tile,
  ({ inputs: { x }, attrs: { reps }, backend }) => {
    bringHere(backend, x);
    const out = backend.makeOutput(
      x.shape.map((size, axis) => size * (reps[axis] as number)),
      x.dtype,
    );
    const own = x.shape.flatMap((size) => [1, size]);
    const full = x.shape.flatMap((size, axis) => [reps[axis] as number, size]);
    readWalk(numbers(backend, x), broadcastWalk(own, full), numbers(backend, out));
    return out;
  },
);

/** Kernels that go over tensors number by number. */
export const elementwiseKernels: readonly WasmKernel[] = [
  ...Object.entries(COMPARISONS).map(([name, loop]) => binary(name, loop, () => 'bool')),
  ...Object.entries(EXTREMES).map(([name, loop]) => binary(name, loop, ({ dtype }) => dtype)),
  ...REPEATED_FIRST.map(repeatedFirst),
  select,
  tile,
];
