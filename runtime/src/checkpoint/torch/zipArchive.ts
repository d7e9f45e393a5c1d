import zlib from 'node:zlib';
import type { ByteSource } from '../fileReader.js';
import { quote } from '../safetensorsHeader.js';
import { broken, excessive, TorchFault } from './fault.js';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
/** The end record may be followed by a comment of this length. */
const MAX_COMMENT_BYTES = 0xffff;
/** Enough for a million storages. */
const MAX_DIRECTORY_BYTES = 100_000_000;
/** Torch stores its records as they are. What was packed again later may be this many times longer, and somewhat more. */
const MAX_INFLATION = 64;
const INFLATION_GRACE_BYTES = 1 << 26;

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Size of its content. */
  readonly sizeBytes: number;
  readonly packedBytes: number;
  readonly isDeflated: boolean;
  readonly crc: number;
  /** Where its local header stands, and where the next entry or the directory begins. */
  readonly position: number;
  readonly limit: number;
}

/** An archive whose directory was read and checked: no two entries share a byte. */
export class ZipArchive {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly #source: ByteSource;

  private constructor(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>) {
    this.#source = source;
    this.entries = entries;
  }

  /**
   * Reads the directory. Source: PKWARE's APPNOTE 6.3.10, with zip64.
   * @throws TorchFault
   */
  static async open(source: ByteSource): Promise<ZipArchive> {
    const { count, position, length } = await findDirectory(source);
    const entries = parseDirectory(await source.read(position, length), count, position);
    return new ZipArchive(source, checkEntries(entries, source.sizeBytes));
  }

  /**
   * The content of an entry, in a buffer of its own.
   * @throws TorchFault
   */
  async read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
    const packed = await this.#source.read(await this.#dataOf(entry), entry.packedBytes);
    const content = entry.isDeflated ? inflate(packed, entry) : packed;
    // Torch writes 0 when it was told not to compute it. Node has this function since 20.15.
    if (entry.crc !== 0 && zlib.crc32 && zlib.crc32(content) !== entry.crc) {
      throw broken(`the checksum of its record ${quote(entry.name)} is wrong`);
    }
    return content;
  }

  async #dataOf({ name, position, packedBytes, limit }: ZipEntry): Promise<number> {
    const header = view(await this.#source.read(position, LOCAL_BYTES));
    if (header.getUint32(0, true) !== LOCAL) throw broken(`its record ${quote(name)} is not where the directory says`);
    const data = position + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (data + packedBytes > limit) throw broken(`its record ${quote(name)} reaches into the next one`);
    return data;
  }
}

interface Directory {
  readonly count: number;
  readonly position: number;
  readonly length: number;
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const { sizeBytes } = source;
  const tailBytes = Math.min(sizeBytes, END_BYTES + MAX_COMMENT_BYTES);
  const tail = view(await source.read(sizeBytes - tailBytes, tailBytes));
  for (let at = tailBytes - END_BYTES; at >= 0; at--) {
    // The comment reaches to the file's end, so that text that looks like a record is not taken for one.
    if (tail.getUint32(at, true) !== END || at + END_BYTES + tail.getUint16(at + 20, true) !== tailBytes) continue;
    const end = sizeBytes - tailBytes + at;
    const [disk, startDisk, onDisk, count] = [4, 6, 8, 10].map((offset) => tail.getUint16(at + offset, true));
    const directory = {
      count: count ?? 0,
      length: tail.getUint32(at + 12, true),
      position: tail.getUint32(at + 16, true),
    };
    const isLarge = count === 0xffff || directory.length === 0xffffffff || directory.position === 0xffffffff;
    if (isLarge) return checkDirectory(await findLargeDirectory(source, end), end);
    if (disk !== 0 || startDisk !== 0 || onDisk !== count) throw broken('it is one of several parts of an archive');
    return checkDirectory(directory, end);
  }
  throw new TorchFault(
    'checkpoint-truncated',
    'is truncated: it begins as a zip archive, but has no directory at its end.',
    'Was the copy interrupted? Copy it again, or use an older checkpoint.',
  );
}

async function findLargeDirectory(source: ByteSource, end: number): Promise<Directory> {
  if (end < LOCATOR_BYTES + END_64_BYTES) throw broken('its directory is too short');
  const locator = view(await source.read(end - LOCATOR_BYTES, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== LOCATOR_64) throw broken('its directory has no 64-bit part');
  const position = uint64(locator, 8);
  if (position + END_64_BYTES > end) throw broken('the 64-bit part of its directory is not inside the file');
  const record = view(await source.read(position, END_64_BYTES));
  if (record.getUint32(0, true) !== END_64) throw broken('the 64-bit part of its directory is not where it should be');
  return { count: uint64(record, 32), length: uint64(record, 40), position: uint64(record, 48) };
}

function checkDirectory(directory: Directory, end: number): Directory {
  const { count, position, length } = directory;
  if (length > MAX_DIRECTORY_BYTES) throw excessive(`its directory has ${length} bytes`);
  if (position + length > end) throw broken('its directory is not inside the file');
  if (count * CENTRAL_BYTES > length) throw broken(`its directory has no room for ${count} records`);
  return directory;
}

type Found = Omit<ZipEntry, 'limit'>;

function parseDirectory(bytes: Uint8Array<ArrayBuffer>, count: number, limit: number): ZipEntry[] {
  const record = view(bytes);
  const found: Found[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > bytes.length || record.getUint32(at, true) !== CENTRAL) {
      throw broken(`its directory breaks off at record ${index + 1} of ${count}`);
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => record.getUint16(at + offset, true));
    const extra = at + CENTRAL_BYTES + (nameBytes ?? 0);
    const next = extra + (extraBytes ?? 0) + (commentBytes ?? 0);
    if (next > bytes.length) throw broken(`its directory breaks off at record ${index + 1} of ${count}`);
    found.push(
      parseEntry(record, at, new Uint8Array(bytes.buffer, at + CENTRAL_BYTES, nameBytes), [extra, extraBytes ?? 0]),
    );
    at = next;
  }
  found.sort((a, b) => a.position - b.position);
  return found.map((entry, index) => ({ ...entry, limit: found[index + 1]?.position ?? limit }));
}

function parseEntry(record: DataView, at: number, nameBytes: Uint8Array, extra: readonly [number, number]): Found {
  const name = new TextDecoder().decode(nameBytes);
  const [flags, method] = [record.getUint16(at + 8, true), record.getUint16(at + 10, true)];
  if (flags & 1) throw broken(`its record ${quote(name)} is encrypted`);
  if (method !== 0 && method !== 8) throw broken(`its record ${quote(name)} is packed by method ${method}`);
  const large = largeFields(record, extra);
  // Only fields that do not fit into 32 bits stand among the 64-bit ones, in this order.
  const [sizeBytes, packedBytes, position] = [24, 20, 42].map((offset) => {
    const value = record.getUint32(at + offset, true);
    if (value !== 0xffffffff) return value;
    const long = large.shift();
    if (long === undefined) throw broken(`the size of its record ${quote(name)} is missing`);
    return long;
  }) as [number, number, number]; // one for each of the three
  return { name, sizeBytes, packedBytes, position, isDeflated: method === 8, crc: record.getUint32(at + 16, true) };
}

/** The values of the extra field 1, for zip64. */
function largeFields(record: DataView, [start, length]: readonly [number, number]): number[] {
  const end = start + length;
  for (let at = start; at + 4 <= end; ) {
    const size = record.getUint16(at + 2, true);
    if (record.getUint16(at, true) === 1) {
      const fields = Math.floor(Math.min(size, end - at - 4, 24) / 8);
      return Array.from({ length: fields }, (_, index) => uint64(record, at + 4 + 8 * index));
    }
    at += 4 + size;
  }
  return [];
}

function checkEntries(entries: readonly ZipEntry[], fileBytes: number): Map<string, ZipEntry> {
  const byName = new Map<string, ZipEntry>();
  let total = 0;
  for (const entry of entries) {
    const { name, position, packedBytes, sizeBytes, limit, isDeflated } = entry;
    if (byName.has(name)) throw broken(`it has two records ${quote(name)}`);
    if (position + LOCAL_BYTES + packedBytes > limit)
      throw broken(`its record ${quote(name)} overlaps with the next one`);
    if (!isDeflated && packedBytes !== sizeBytes) throw broken(`its record ${quote(name)} has two sizes`);
    total += sizeBytes;
    byName.set(name, entry);
  }
  if (total > MAX_INFLATION * fileBytes + INFLATION_GRACE_BYTES) {
    throw excessive(`a file of ${fileBytes} bytes would unpack to ${total} bytes`);
  }
  return byName;
}

function inflate(packed: Uint8Array, { name, sizeBytes }: ZipEntry): Uint8Array<ArrayBuffer> {
  let content: Uint8Array;
  try {
    content = zlib.inflateRawSync(packed, { maxOutputLength: Math.max(sizeBytes, 1) });
  } catch {
    throw broken(`its record ${quote(name)} cannot be unpacked to ${sizeBytes} bytes`);
  }
  if (content.length !== sizeBytes) throw broken(`its record ${quote(name)} has not the size that its directory says`);
  return Uint8Array.from(content); // of its own: zlib's may be a part of a pool
}

function view(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Values beyond 2^53 are no positions in any file; what they stand for is refused by the checks that follow. */
function uint64(from: DataView, at: number): number {
  return Number(from.getBigUint64(at, true));
}
