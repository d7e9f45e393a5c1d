import { JsonFault, type JsonLimits, parseBoundedJson } from './boundedJson.js';
import { CheckpointError } from './checkpointError.js';
import { ELEMENT_TYPES } from './elementTypes.js';

/** A file begins with the header's length as an unsigned 64-bit little-endian integer. */
export const PREFIX_BYTES = 8;
/** The format's own limit. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Deep enough for what a header is, and more values than the largest models need; it bounds the memory of the parser. */
export const HEADER_LIMITS: JsonLimits = { depth: 3, tokens: 2_000_000 };

/** One tensor of a file. */
export interface TensorEntry {
  readonly name: string;
  /** As the file says: `F32`, `I32`, `BOOL` … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the end of the header; `end` is excluded. */
  readonly begin: number;
  readonly end: number;
}

/** What a safetensors file says about itself. */
export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/**
 * Reads a header and holds it against the bytes that follow it: every byte belongs to just one tensor.
 * @param dataBytes size of the file without prefix and header
 * @throws CheckpointError
 */
export function parseHeader(path: string, header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const json = parseJson(path, header);
  if (!isRecord(json)) throw damaged(path, 'its header is not an object.');
  const { __metadata__: metadata, ...entries } = json;
  const tensors = Object.entries(entries).map(([name, info]) => parseEntry(path, name, info));
  checkLayout(path, tensors, dataBytes);
  return { metadata: parseMetadata(path, metadata), tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

function parseJson(path: string, header: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch (cause) {
    throw damaged(path, 'its header is not UTF-8 text.', cause);
  }
  try {
    return parseBoundedJson(text, HEADER_LIMITS);
  } catch (cause) {
    if (cause instanceof JsonFault) throw damaged(path, `its header ${cause.message}.`, cause);
    throw cause;
  }
}

function parseMetadata(path: string, metadata: unknown): Map<string, string> {
  if (metadata === undefined) return new Map();
  if (!isRecord(metadata)) throw damaged(path, 'its metadata is not an object.');
  return new Map(
    Object.entries(metadata).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw damaged(path, `its metadata ${quote(key)} is not text.`);
    }),
  );
}

function parseEntry(path: string, name: string, info: unknown): TensorEntry {
  if (!isRecord(info)) throw damaged(path, `the entry of tensor ${quote(name)} is not an object.`);
  const { dtype, shape, data_offsets: offsets } = info;
  const type = typeof dtype === 'string' ? ELEMENT_TYPES.get(dtype) : undefined;
  if (typeof dtype !== 'string' || !type) {
    throw damaged(path, `tensor ${quote(name)} has the unknown dtype ${quote(dtype)}.`);
  }
  if (!isCounts(shape)) throw damaged(path, `tensor ${quote(name)} has the shape ${quote(shape)}.`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw damaged(path, `tensor ${quote(name)} has the offsets ${quote(offsets)}.`);
  }
  const [begin = 0, end = 0] = offsets;
  // In floating point, so a product beyond 2^53 is inexact, but then no file is that long.
  const bytes = shape.reduce((product, size) => product * size, type.bytes);
  if (end - begin !== bytes) {
    throw damaged(
      path,
      `tensor ${quote(name)} is ${dtype}[${shape.slice(0, 10).join(', ')}], which takes ${bytes} bytes, but its offsets [${begin}, ${end}] give it ${end - begin}.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function checkLayout(path: string, tensors: readonly TensorEntry[], dataBytes: number): void {
  let end = 0;
  for (const tensor of tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== end) {
      const fault = tensor.begin < end ? 'overlaps the one before it' : 'leaves a gap to the one before it';
      throw damaged(
        path,
        `the data of tensor ${quote(tensor.name)} begins at ${tensor.begin} and ${fault}, which ends at ${end}.`,
      );
    }
    end = tensor.end;
  }
  if (end > dataBytes) {
    throw new CheckpointError(path, {
      code: 'checkpoint-truncated',
      found: `is truncated: its header describes ${end} bytes of tensors, the file has ${dataBytes}.`,
      fix: 'Was the copy interrupted? Copy it again, or use an older checkpoint.',
    });
  }
  if (end < dataBytes) {
    throw damaged(path, `${dataBytes - end} bytes follow after the ${end} bytes of tensors that its header describes.`);
  }
}

/** A fault in the content of a file, with the advice that fits all of them. */
export function damaged(path: string, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-damaged',
    found: `is damaged: ${what}`,
    fix: 'Was it changed by another program, or copied badly? Copy it again, or use an older checkpoint.',
    cause,
  });
}

/** A value from a file as part of a message: quoted, and cut where it is long. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
