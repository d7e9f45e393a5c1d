import { CheckpointError } from '../checkpointError.js';
import { type ByteSource, withFile } from '../fileReader.js';
import { quote } from '../safetensorsHeader.js';
import { buildState, callName, type FindStorage, resolveName, resolveReference } from './allowList.js';
import { broken, excessive, TorchFault, withFaults } from './fault.js';
import { SIGNATURE_BYTES, type TorchFormat, torchFormatOf } from './format.js';
import { PickleEnd, type PickleHost, readPickle } from './pickle.js';
import { toPlainTree } from './plainTree.js';
import type { TorchStorage } from './tensor.js';
import { ZipArchive } from './zipArchive.js';

/** A pickle longer than this describes more tensors than any model has. */
const MAX_PICKLE_BYTES = 100_000_000;
/** How much of a file of the older format is read first to find the end of its pickles. */
const FIRST_PICKLE_BYTES = 1 << 16;

/** A file that torch wrote, without the values of its tensors. */
export interface OpenTorchFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: TorchFormat;
  /** What was saved, with a TorchTensor for each tensor. */
  readonly content: unknown;
  /** All that tensors look at. */
  readonly storages: readonly TorchStorage[];
  /** Reads a storage's bytes, which its tensors need for their values. */
  load(storage: TorchStorage): Promise<void>;
}

/** A storage's content within the file. */
type ReadStorage = (storage: TorchStorage) => Promise<Uint8Array<ArrayBuffer>>;

interface Opened {
  readonly content: unknown;
  readonly storages: readonly TorchStorage[];
  readonly read: ReadStorage;
}

/**
 * Opens a file, reads what it says about itself and hands it to `use`; the file is closed when `use` is done. Costs the pickle's
 * size in memory, and what `use` loads.
 * @throws CheckpointError when it is not a sound file of torch's
 */
export async function withTorchFile<Result>(
  path: string,
  use: (file: OpenTorchFile) => Promise<Result>,
): Promise<Result> {
  return withFile(path, (source) => withTorchSource(source, use));
}

/** The same for what stands in for a file. */
export async function withTorchSource<Result>(
  source: ByteSource,
  use: (file: OpenTorchFile) => Promise<Result>,
): Promise<Result> {
  const { path, sizeBytes } = source;
  const format = torchFormatOf(await source.read(0, Math.min(SIGNATURE_BYTES, sizeBytes)));
  if (!format) {
    throw new CheckpointError(path, {
      code: sizeBytes === 0 ? 'checkpoint-truncated' : 'checkpoint-foreign',
      found: sizeBytes === 0 ? 'is empty.' : 'was not written by PyTorch.',
      fix: 'Give a file that torch.save wrote.',
    });
  }
  const opening = () => (format === 'zip' ? openZip(source) : openLegacy(source));
  const { content, storages, read } = await withFaults(path, opening);
  const load = (storage: TorchStorage) =>
    withFaults(path, async () => {
      storage.bytes ??= await read(storage);
    });
  return use({ path, sizeBytes, format, content, storages, load });
}

async function openZip(source: ByteSource): Promise<Opened> {
  const archive = await ZipArchive.open(source);
  const [root] = [...archive.entries.keys()].filter((name) => /^[^/]*\/data\.pkl$/.test(name));
  const folder = root?.slice(0, -'data.pkl'.length);
  const pickle = root === undefined ? undefined : archive.entries.get(root);
  if (folder === undefined || !pickle) {
    throw new TorchFault('checkpoint-foreign', 'is a zip archive, but not one of PyTorch’s: it has no data.pkl.');
  }
  if (archive.entries.has(`${folder}constants.pkl`)) {
    throw new TorchFault(
      'checkpoint-foreign',
      'is a TorchScript program, which cannot be read.',
      'In Python, save its weights: torch.save(module.state_dict(), path).',
    );
  }
  const order = archive.entries.get(`${folder}byteorder`);
  if (order && order.sizeBytes < 20 && Buffer.from(await archive.read(order)).toString() !== 'little')
    throw bigEndian();
  if (pickle.sizeBytes > MAX_PICKLE_BYTES) throw excessive(`its pickle has ${pickle.sizeBytes} bytes`);
  const storages = new Map<string, TorchStorage>();
  const entryOf = (key: string) => archive.entries.get(`${folder}data/${key}`);
  const find: FindStorage = (key, byteLength, device) => {
    const found = storages.get(key) ?? { key, byteLength: entryOf(key)?.sizeBytes ?? -1, device, bytes: undefined };
    if (found.byteLength < 0) throw broken(`its storage ${quote(key)} is missing`);
    if (found.byteLength !== byteLength) {
      throw broken(`its storage ${quote(key)} has ${found.byteLength} bytes, where ${byteLength} are needed`);
    }
    storages.set(key, found);
    return found;
  };
  const content = unpickleAll(await archive.read(pickle), find);
  const read: ReadStorage = ({ key }) => {
    const entry = entryOf(key);
    if (!entry) throw broken(`its storage ${quote(key)} is missing`);
    return archive.read(entry);
  };
  return { content, storages: [...storages.values()], read };
}

interface LegacyStorage extends TorchStorage {
  readonly bytesPerElement: number;
}

/** Five pickles (magic number, version, facts of the machine, what was saved, keys of storages), and the storages' bytes. */
async function openLegacy(source: ByteSource): Promise<Opened> {
  for (let length = FIRST_PICKLE_BYTES; ; length *= 4) {
    const bytes = await source.read(0, Math.min(length, source.sizeBytes, MAX_PICKLE_BYTES));
    try {
      return await parseLegacy(source, bytes);
    } catch (error) {
      if (!(error instanceof PickleEnd)) throw error;
      if (bytes.length === source.sizeBytes) throw truncated();
      if (bytes.length === MAX_PICKLE_BYTES) throw excessive(`its pickle has more than ${MAX_PICKLE_BYTES} bytes`);
    }
  }
}

async function parseLegacy(source: ByteSource, bytes: Uint8Array<ArrayBuffer>): Promise<Opened> {
  const storages = new Map<string, LegacyStorage>();
  const find: FindStorage = (key, byteLength, device, bytesPerElement) => {
    const found = storages.get(key) ?? { key, byteLength, device, bytes: undefined, bytesPerElement };
    if (found.byteLength !== byteLength) throw broken(`its storage ${quote(key)} has two sizes`);
    storages.set(key, found);
    return found;
  };
  const noStorage: FindStorage = () => {
    throw broken('its pickles refer to a storage where none belongs');
  };
  const magic = unpickle(bytes, 0, noStorage);
  const version = unpickle(bytes, magic.end, noStorage);
  if (version.value !== 1001) throw broken(`it has version ${String(version.value).slice(0, 20)} of the older format`);
  const machine = unpickle(bytes, version.end, noStorage);
  const { little_endian: isLittle }: { little_endian?: unknown } = Object(machine.value);
  if (isLittle === false) throw bigEndian();
  const main = unpickle(bytes, machine.end, find);
  const keys = unpickle(bytes, main.end, noStorage);
  const positions = await locateStorages(source, keys.value, keys.end, storages);
  const read: ReadStorage = ({ key, byteLength }) => source.read(positions.get(key) ?? 0, byteLength);
  return { content: main.value, storages: [...storages.values()], read };
}

/** Each storage begins with its number of elements, in eight bytes. */
async function locateStorages(
  source: ByteSource,
  keys: unknown,
  start: number,
  storages: ReadonlyMap<string, LegacyStorage>,
): Promise<Map<string, number>> {
  const positions = new Map<string, number>();
  let position = start;
  for (const key of Array.isArray(keys) ? keys.map(String) : []) {
    const storage = storages.get(key);
    if (!storage || positions.has(key)) throw broken(`its list of storages has ${quote(key)} without need`);
    if (position + 8 > source.sizeBytes) throw truncated();
    const { buffer } = await source.read(position, 8);
    const count = Number(new DataView(buffer).getBigUint64(0, true));
    if (count * storage.bytesPerElement !== storage.byteLength) throw broken(`its storage ${quote(key)} has two sizes`);
    positions.set(key, position + 8);
    position += 8 + storage.byteLength;
    if (position > source.sizeBytes) throw truncated();
  }
  const missing = [...storages.keys()].find((key) => !positions.has(key));
  if (missing !== undefined) throw broken(`its storage ${quote(missing)} is missing`);
  return positions;
}

/** Of bytes that hold the whole pickle. */
function unpickleAll(bytes: Uint8Array<ArrayBuffer>, find: FindStorage): unknown {
  try {
    return unpickle(bytes, 0, find).value;
  } catch (error) {
    throw error instanceof PickleEnd ? broken('its pickle ends early') : error;
  }
}

function unpickle(bytes: Uint8Array<ArrayBuffer>, start: number, find: FindStorage): { value: unknown; end: number } {
  const host: PickleHost = {
    global: resolveName,
    call: callName,
    build: buildState,
    persistent: (id) => resolveReference(id, find),
  };
  const { value, end } = readPickle(bytes, start, host);
  return { value: toPlainTree(value), end };
}

function truncated(): TorchFault {
  return new TorchFault(
    'checkpoint-truncated',
    'is truncated: it ends within its tensors or its pickle.',
    'Was the copy interrupted? Copy it again, or use an older checkpoint.',
  );
}

function bigEndian(): TorchFault {
  return new TorchFault(
    'checkpoint-foreign',
    'was saved on a machine with big-endian numbers, which are not read.',
    'Save it again on another machine.',
  );
}
