import type { FileHandle } from 'node:fs/promises';
import { checkJsonLimits, JsonFault } from './boundedJson.js';
import { CheckpointError } from './checkpointError.js';
import { HeldTensor } from './heldTensor.js';
import { PieceWriter } from './pieceWriter.js';
import { HEADER_LIMITS, MAX_HEADER_BYTES, PREFIX_BYTES, quote } from './safetensorsHeader.js';
import type { TensorData, TensorDtype } from './tensorData.js';

/** The header is padded with spaces to a multiple of this, so that all data is aligned. */
const ALIGNMENT = 8;

interface StoredType {
  readonly name: string;
  readonly bytes: number;
  readonly hasValues: (data: TensorData['data']) => boolean;
  readonly convert: (data: TensorData['data']) => TensorData['data'];
}

const STORED: Readonly<Record<TensorDtype, StoredType>> = {
  float32: {
    name: 'F32',
    bytes: 4,
    hasValues: (data) => data instanceof Float32Array,
    convert: (data) => Float32Array.from(data),
  },
  int32: {
    name: 'I32',
    bytes: 4,
    hasValues: (data) => data instanceof Int32Array,
    convert: (data) => Int32Array.from(data),
  },
  bool: {
    name: 'BOOL',
    bytes: 1,
    hasValues: (data) => data instanceof Uint8Array,
    convert: (data) => Uint8Array.from(data, (value) => (value === 0 ? 0 : 1)),
  },
};

/**
 * Writes a safetensors file: the header, then one tensor after the other, without a second copy of them.
 * @param path for messages
 * @param handle open for writing, at its beginning; borrowed
 * @returns the number of bytes written
 * @throws CheckpointError for a tensor whose values do not fit its shape; a system error when a write fails
 */
export async function writeSafetensors(
  path: string,
  handle: FileHandle,
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>>,
): Promise<number> {
  // Wide elements first: every tensor then lies at a multiple of its element size, as readers that map the file need.
  const ordered = [...tensors].sort(([, a], [, b]) => STORED[b.dtype].bytes - STORED[a.dtype].bytes);
  const header = encodeHeader(path, tensors, layOut(path, ordered), metadata);
  const pieces = new PieceWriter(handle);
  await pieces.add(header);
  for (const [, tensor] of ordered) {
    if (tensor instanceof HeldTensor) await pieces.addHeld(tensor);
    else await pieces.add(bytesOf(tensor));
  }
  await pieces.flush();
  return pieces.total;
}

function bytesOf({ dtype, data }: TensorData): Uint8Array {
  const { hasValues, convert } = STORED[dtype];
  // An engine may keep int32 and bool values in an array of another type.
  const { buffer, byteOffset, byteLength } = hasValues(data) ? data : convert(data);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Where each tensor's data begins and ends. */
function layOut(path: string, ordered: readonly (readonly [string, TensorData])[]): Map<string, [number, number]> {
  const offsets = new Map<string, [number, number]>();
  let end = 0;
  for (const [name, tensor] of ordered) {
    const { dtype, shape } = tensor;
    const size = shape.reduce((product, length) => product * length, 1);
    const length = tensor instanceof HeldTensor ? tensor.held.byteLength / STORED[dtype].bytes : tensor.data.length;
    if (size !== length) {
      throw new CheckpointError(path, {
        code: 'checkpoint-tensor',
        found: `cannot hold tensor ${quote(name)}: it has ${length} values, but its shape [${shape.join(', ')}] needs ${size}.`,
      });
    }
    const begin = end;
    end += size * STORED[dtype].bytes;
    offsets.set(name, [begin, end]);
  }
  return offsets;
}

/** Prefix and header. Names stand in the order given, which readers that keep it show. */
function encodeHeader(
  path: string,
  tensors: ReadonlyMap<string, TensorData>,
  offsets: ReadonlyMap<string, readonly [number, number]>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries = [...tensors].map(([name, { dtype, shape }]) => [
    name,
    { dtype: STORED[dtype].name, shape, data_offsets: offsets.get(name) },
  ]);
  if (tensors.has('__metadata__')) {
    throw new CheckpointError(path, {
      code: 'checkpoint-tensor',
      found: 'cannot hold a tensor of the name `__metadata__`.',
    });
  }
  const text = JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...entries]));
  const json = Buffer.from(text);
  const padded = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT;
  if (padded > MAX_HEADER_BYTES) {
    throw tooLarge(path, `would have a header of ${padded} bytes, where ${MAX_HEADER_BYTES} are the limit.`);
  }
  try {
    checkJsonLimits(text, HEADER_LIMITS);
  } catch (cause) {
    throw cause instanceof JsonFault ? tooLarge(path, `would have a header that ${cause.message}.`) : cause;
  }
  const header = Buffer.alloc(PREFIX_BYTES + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, PREFIX_BYTES);
  return header;
}

function tooLarge(path: string, found: string): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-value',
    found,
    fix: 'Keep large values (lists of numbers, texts) out of hyperparameters and callback states.',
  });
}
