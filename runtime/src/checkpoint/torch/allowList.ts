import { isTorchDtype, STORAGE_DTYPES, TORCH_DTYPES, type TorchDtype } from './dtypes.js';
import { broken } from './fault.js';
import { NumpyDtype, numpyDtype, numpyScalar } from './numpyScalars.js';
import { PickledDict, PickledSet } from './pickle.js';
import { PickledStorage, rebuildParameter, rebuildTensor, rebuildTypedTensor } from './pickledTensors.js';
import type { TorchStorage } from './tensor.js';

type Make = (args: readonly unknown[]) => unknown;

/** A class or function that a pickle names. Nothing of that name is ever looked up, imported or run. */
export class PickledName {
  /** With its module: `collections.OrderedDict`. */
  readonly name: string;
  /** What a call of it gives; undefined for what is not on the list. */
  readonly make: Make | undefined;
  /** For a class of storages. */
  readonly dtype: TorchDtype | undefined;

  constructor(name: string, make?: Make, dtype?: TorchDtype) {
    this.name = name;
    this.make = make;
    this.dtype = dtype;
  }
}

/** An object of a class that is not read. Only the name of the class is kept. */
export class TorchObject {
  /** With its module: `my_project.Model`. */
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** A dict whose entries are its object's attributes. */
class PickledNamespace extends PickledDict {}

/** Where a file keeps a storage. @throws TorchFault when it has none of that key and size */
export type FindStorage = (key: string, byteLength: number, device: string, bytesPerElement: number) => TorchStorage;

/** `torch.load`'s own allow-list was the model, with what PyTorch Lightning's checkpoints hold besides. */
const MAKERS: Readonly<Record<string, Make>> = {
  '_codecs.encode': ([text]) => Uint8Array.from(Buffer.from(textOf(text), 'latin1')),
  'argparse.Namespace': () => new PickledNamespace(),
  'builtins.bytearray': ([content]) => content ?? new Uint8Array(0),
  'builtins.bytes': ([content]) => content ?? new Uint8Array(0),
  'builtins.complex': ([real, imag]) => dictOf(['real', real, 'imag', imag]),
  'builtins.dict': dictFrom,
  'builtins.frozenset': setFrom,
  'builtins.list': listFrom,
  'builtins.set': setFrom,
  'builtins.tuple': (args) => Object.freeze(listFrom(args)),
  'collections.Counter': dictFrom,
  'collections.OrderedDict': dictFrom,
  'collections.defaultdict': () => new PickledDict(),
  'collections.deque': listFrom,
  'copyreg._reconstructor': ([type]) => callName(type, []),
  'numpy.core.multiarray.scalar': numpyScalar,
  'numpy.dtype': numpyDtype,
  'torch.Size': (args) => Object.freeze(listFrom(args)),
  'torch.Tensor': ([tensor]) => tensor,
  'torch._tensor._rebuild_from_type_v2': ([make, , args]) => callName(make, args),
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor_v3': rebuildTypedTensor,
  'torch.device': ([type, index]) => (typeof index === 'number' ? `${textOf(type)}:${index}` : textOf(type)),
  'torch.serialization._get_layout': ([name]) => textOf(name),
};

/** The classes for paths: Python 3.13 has them in `pathlib._local`. */
const PATH = /^pathlib(?:\._local)?\.(?:Pure)?(Posix|Windows)?Path$/;
/** Lightning's dict with attributes, which `self.hparams` is; its home has changed. */
const ATTRIBUTE_DICT = /^(?:lightning|lightning_fabric|pytorch_lightning)\.[\w.]*\bAttributeDict$/;

/** Modules that were renamed: Python 3 writes Python 2's names in protocol 2. */
const RENAMED: Readonly<Record<string, string>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  'numpy._core.multiarray': 'numpy.core.multiarray',
};

/** What a name in a pickle stands for: a dtype's name as text, or a {@link PickledName}. */
export function resolveName(module: string, name: string): unknown {
  const full = `${RENAMED[module] ?? module}.${name}`;
  if (module === 'torch' && isTorchDtype(name)) return full;
  if (Object.hasOwn(MAKERS, full)) return new PickledName(full, MAKERS[full]);
  if (/^torch(?:\.storage|\.cuda)?$/.test(module) && Object.hasOwn(STORAGE_DTYPES, name)) {
    return new PickledName(full, undefined, STORAGE_DTYPES[name]);
  }
  const path = PATH.exec(full);
  if (path) return new PickledName(full, (parts) => joinPath(parts, path[1] === 'Windows' ? '\\' : '/'));
  if (ATTRIBUTE_DICT.test(full)) return new PickledName(full, () => new PickledNamespace());
  return new PickledName(full);
}

/** What the call of anything in a pickle gives. */
export function callName(callee: unknown, args: unknown): unknown {
  if (!Array.isArray(args)) throw broken('its pickle calls something without arguments');
  if (callee instanceof PickledName) return callee.make ? callee.make(args) : new TorchObject(callee.name);
  return callee instanceof TorchObject ? callee : new TorchObject('unknown');
}

/** What setting the state of an object does: attributes of a namespace, the byte order of a NumPy dtype, else nothing. */
export function buildState(object: unknown, state: unknown): void {
  if (object instanceof PickledNamespace && state instanceof PickledDict)
    for (const item of state.items) object.items.push(item);
  if (object instanceof NumpyDtype) object.setState(state);
}

/**
 * What a persistent id names. In files of the older format that may be a module's class with its source:
 * `('module', class, file, source)`; else it is a storage.
 */
export function resolveReference(id: unknown, find: FindStorage): unknown {
  if (Array.isArray(id) && id[0] === 'module' && id[1] instanceof PickledName) return id[1];
  return resolveStorage(id, find);
}

/**
 * The storage that a persistent id names: `('storage', type, key, location, numel)`, in files of the older format with the part
 * of it behind: `(view_key, offset, view_size)`.
 */
function resolveStorage(id: unknown, find: FindStorage): PickledStorage {
  const [kind, type, key, device, numel, part]: readonly unknown[] = Array.isArray(id) ? id : [];
  const bytes = type instanceof PickledName && type.dtype ? TORCH_DTYPES[type.dtype].bytes : undefined;
  const isNamed = (typeof key === 'string' || Number.isSafeInteger(key)) && typeof device === 'string';
  if (kind !== 'storage' || !(type instanceof PickledName) || !isNamed || !isCount(numel)) {
    throw broken('its pickle refers to something that is no storage');
  }
  if (bytes === undefined || !type.dtype)
    throw broken(`its storage ${String(key).slice(0, 40)} is of the class ${type.name}`);
  const storage = find(String(key), numel * bytes, device, bytes);
  if (part === undefined || part === null) {
    return new PickledStorage({ storage, dtype: type.dtype, offset: 0, length: numel });
  }
  const [, offset, length]: readonly unknown[] = Array.isArray(part) ? part : [];
  if (!isCount(offset) || !isCount(length) || offset + length > numel) {
    throw broken(`a part of its storage ${String(key).slice(0, 40)} is not inside it`);
  }
  return new PickledStorage({ storage, dtype: type.dtype, offset, length });
}

function dictFrom([content]: readonly unknown[]): PickledDict {
  if (content instanceof PickledDict) return dictOf(content.items);
  // A list of pairs, as Python 2 wrote it.
  return Array.isArray(content)
    ? dictOf(content.flatMap((pair) => (Array.isArray(pair) ? pair.slice(0, 2) : [])))
    : dictOf([]);
}

function dictOf(items: readonly unknown[]): PickledDict {
  const dict = new PickledDict();
  for (const item of items) dict.items.push(item);
  return dict;
}

function setFrom(args: readonly unknown[]): PickledSet {
  const set = new PickledSet();
  for (const item of listFrom(args)) set.items.push(item);
  return set;
}

function listFrom([content]: readonly unknown[]): unknown[] {
  if (content instanceof PickledSet) return [...content.items];
  return Array.isArray(content) ? [...content] : [];
}

function joinPath(parts: readonly unknown[], separator: string): string {
  const [first = '', ...rest] = parts.map(textOf);
  // The root comes as a part of its own, with its separator.
  return (/[\\/]$/.test(first) ? first : first + (rest.length > 0 ? separator : '')) + rest.join(separator) || '.';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw broken('its pickle gives something other than text where text is needed');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
