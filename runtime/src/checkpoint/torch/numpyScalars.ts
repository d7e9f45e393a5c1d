import { broken } from './fault.js';

type Read = (view: DataView, isLittle: boolean) => unknown;

/** By NumPy's letter and size: `f8` is float64. */
const READERS: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  b1: [1, (view) => view.getUint8(0) !== 0],
  i1: [1, (view) => view.getInt8(0)],
  i2: [2, (view, isLittle) => view.getInt16(0, isLittle)],
  i4: [4, (view, isLittle) => view.getInt32(0, isLittle)],
  i8: [8, (view, isLittle) => narrow(view.getBigInt64(0, isLittle))],
  u1: [1, (view) => view.getUint8(0)],
  u2: [2, (view, isLittle) => view.getUint16(0, isLittle)],
  u4: [4, (view, isLittle) => view.getUint32(0, isLittle)],
  u8: [8, (view, isLittle) => narrow(view.getBigUint64(0, isLittle))],
  f4: [4, (view, isLittle) => view.getFloat32(0, isLittle)],
  f8: [8, (view, isLittle) => view.getFloat64(0, isLittle)],
};

/** A NumPy dtype in the making: its byte order comes as its state. */
export class NumpyDtype {
  readonly code: string;
  isLittle = true;

  constructor(code: string) {
    this.code = code;
  }

  /** `(3, '<', None, …)`. */
  setState(state: unknown): void {
    if (Array.isArray(state)) this.isLittle = state[1] !== '>';
  }
}

/** `numpy.dtype('f8', False, True)`. */
export function numpyDtype([code]: readonly unknown[]): NumpyDtype {
  return new NumpyDtype(typeof code === 'string' ? code : '');
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`, which scores of callbacks often are, as a number. */
export function numpyScalar([dtype, bytes]: readonly unknown[]): unknown {
  const [size, read] = (dtype instanceof NumpyDtype && READERS[dtype.code]) || [];
  if (!(dtype instanceof NumpyDtype) || !read || !(bytes instanceof Uint8Array) || bytes.length !== size) {
    throw broken('its pickle holds a NumPy number of a kind that is not read');
  }
  return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), dtype.isLittle);
}

function narrow(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
