import zlib from 'node:zlib';

/** Pieces of pickles, so that tests can write what no program does. */
export const op = {
  start: Buffer.of(0x80, 2),
  stop: Buffer.from('.'),
  mark: Buffer.from('('),
  none: Buffer.from('N'),
  false: Buffer.of(0x89),
  emptyDict: Buffer.from('}'),
  emptyList: Buffer.from(']'),
  emptyTuple: Buffer.from(')'),
  tuple: Buffer.from('t'),
  setItem: Buffer.from('s'),
  setItems: Buffer.from('u'),
  append: Buffer.from('a'),
  appends: Buffer.from('e'),
  reduce: Buffer.from('R'),
  build: Buffer.from('b'),
  persistent: Buffer.from('Q'),
  int: (value: number) => withInt32(0x4a, value),
  long: (value: bigint, bytes: number) => {
    const digits = Buffer.from(
      BigInt.asUintN(8 * bytes, value)
        .toString(16)
        .padStart(2 * bytes, '0'),
      'hex',
    ).reverse();
    return Buffer.concat([Buffer.of(0x8a, bytes), digits]);
  },
  text: (value: string) => Buffer.concat([withInt32(0x58, Buffer.byteLength(value)), Buffer.from(value)]),
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  put: (index: number) => withInt32(0x72, index),
  get: (index: number) => withInt32(0x6a, index),
};

function withInt32(opcode: number, value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = opcode;
  bytes.writeInt32LE(value, 1);
  return bytes;
}

/** A whole pickle of protocol 2. */
export function pickle(...pieces: readonly Buffer[]): Buffer {
  return Buffer.concat([op.start, ...pieces, op.stop]);
}

/** A tuple of these values. */
export function tuple(...items: readonly Buffer[]): Buffer {
  return Buffer.concat([op.mark, ...items, op.tuple]);
}

/** A dict with text keys. */
export function dict(entries: Readonly<Record<string, Buffer>>): Buffer {
  const items = Object.entries(entries).flatMap(([key, value]) => [op.text(key), value]);
  return Buffer.concat([op.emptyDict, op.mark, ...items, op.setItems]);
}

/** A tensor on a storage of `numel` elements. */
export function tensor(
  given: { key?: string; type?: string; numel?: number; offset?: number; shape?: number[]; strides?: number[] } = {},
): Buffer {
  const { key = '0', type = 'FloatStorage', numel = 4, offset = 0, shape = [4], strides = [1] } = given;
  const counts = (values: readonly number[]) => tuple(...values.map((value) => op.long(BigInt(value), 8)));
  const id = tuple(op.text('storage'), op.global('torch', type), op.text(key), op.text('cpu'), op.int(numel));
  const storage = Buffer.concat([id, op.persistent]);
  const args = tuple(storage, op.int(offset), counts(shape), counts(strides), op.false, op.none);
  return Buffer.concat([op.global('torch._utils', '_rebuild_tensor_v2'), args, op.reduce]);
}

/** An entry of {@link zip}; what is not given is as it should be. */
export interface EntrySpec {
  readonly content: Uint8Array;
  readonly isDeflated?: boolean;
  readonly crc?: number;
  /** Said in the directory in place of the true value. */
  readonly sizeBytes?: number;
  readonly packedBytes?: number;
  readonly position?: number;
}

/** A zip archive. */
export function zip(entries: Readonly<Record<string, EntrySpec>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const [name, spec] of Object.entries(entries)) {
    const packed = spec.isDeflated ? zlib.deflateRawSync(spec.content) : Buffer.from(spec.content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(spec.isDeflated ? 8 : 0, 10);
    record.writeUInt32LE(spec.crc ?? 0, 16);
    record.writeUInt32LE(spec.packedBytes ?? packed.length, 20);
    record.writeUInt32LE(spec.sizeBytes ?? spec.content.length, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(spec.position ?? position, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(record, Buffer.from(name));
    position += 30 + name.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, list, end]);
}

/** An archive as torch writes it, with four float32 zeros as storage 0 unless others are given. */
export function torchZip(
  data: Buffer,
  storages: Readonly<Record<string, EntrySpec>> = { 0: { content: new Uint8Array(16) } },
): Buffer {
  const entries = Object.entries(storages).map(([key, spec]) => [`archive/data/${key}`, spec] as const);
  return zip({
    'archive/data.pkl': { content: data },
    'archive/byteorder': { content: Buffer.from('little') },
    ...Object.fromEntries(entries),
  });
}
