import type { FileHandle } from 'node:fs/promises';
import { checkJsonLimits, JsonFault } from './boundedJson.js';
import { CheckpointError } from './checkpointError.js';
import { HEADER_LIMITS, MAX_HEADER_BYTES, PREFIX_BYTES, quote } from './safetensorsHeader.js';
import type { TensorData, TensorDtype } from './tensorData.js';

/** Below Node's limit of 2 GiB for one write. */
const MAX_WRITE_BYTES = 1 << 30;
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
  await writeAll(handle, header);
  let total = header.byteLength;
  for (const [, { dtype, data }] of ordered) {
    const { hasValues, convert } = STORED[dtype];
    // An engine may keep int32 and bool values in an array of another type.
    const { buffer, byteOffset, byteLength } = hasValues(data) ? data : convert(data);
    await writeAll(handle, new Uint8Array(buffer, byteOffset, byteLength));
    total += byteLength;
  }
  return total;
}

/** Where each tensor's data begins and ends. */
function layOut(path: string, ordered: readonly (readonly [string, TensorData])[]): Map<string, [number, number]> {
  const offsets = new Map<string, [number, number]>();
  let end = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      throw new CheckpointError(path, {
        code: 'checkpoint-tensor',
        found: `cannot hold tensor ${quote(name)}: it has ${data.length} values, but its shape [${shape.join(', ')}] needs ${size}.`,
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

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const size = Math.min(bytes.byteLength - written, MAX_WRITE_BYTES);
    const { bytesWritten } = await handle.write(bytes, written, size);
    written += bytesWritten;
  }
}

function tooLarge(path: string, found: string): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-value',
    found,
    fix: 'Keep large values (lists of numbers, texts) out of hyperparameters and callback states.',
  });
}
