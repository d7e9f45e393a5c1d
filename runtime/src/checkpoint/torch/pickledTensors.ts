import { isTorchDtype, TORCH_DTYPES, type TorchDtype } from './dtypes.js';
import { broken, excessive } from './fault.js';
import { elementsOf, endOf, type TorchStorage, TorchTensor } from './tensor.js';

const MAX_DIMENSIONS = 64;
/** A view that repeats elements may be larger than its storage, up to this. */
const MAX_EXPANDED_ELEMENTS = 2 ** 26;

/** A storage as a pickle refers to it. */
export interface StorageReference {
  readonly storage: TorchStorage;
  readonly dtype: TorchDtype;
  /** In elements: torch's oldest files have storages that are a part of another. */
  readonly offset: number;
  readonly length: number;
}

/** What a pickle's storages become. */
export class PickledStorage implements StorageReference {
  readonly storage: TorchStorage;
  readonly dtype: TorchDtype;
  readonly offset: number;
  readonly length: number;

  constructor(reference: StorageReference) {
    this.storage = reference.storage;
    this.dtype = reference.dtype;
    this.offset = reference.offset;
    this.length = reference.length;
  }
}

/** `torch._utils._rebuild_tensor(storage, offset, size, stride)` and its `_v2`, with `requires_grad` and hooks behind. */
export function rebuildTensor([storage, offset, size, stride, requiresGrad]: readonly unknown[]): TorchTensor {
  if (!(storage instanceof PickledStorage)) throw broken('its pickle makes a tensor without a storage');
  return makeTensor(storage, offset, size, stride, requiresGrad);
}

/** `torch._utils._rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype)`. */
export function rebuildTypedTensor(args: readonly unknown[]): TorchTensor {
  const [storage, offset, size, stride, requiresGrad, , named] = args;
  if (!(storage instanceof PickledStorage)) throw broken('its pickle makes a tensor without a storage');
  const dtype = typeof named === 'string' ? named.replace(/^torch\./, '') : '';
  if (!isTorchDtype(dtype)) throw broken('its pickle makes a tensor of an unknown dtype');
  const bytes = storage.length * TORCH_DTYPES[storage.dtype].bytes;
  const length = Math.floor(bytes / TORCH_DTYPES[dtype].bytes);
  return makeTensor({ storage: storage.storage, dtype, offset: 0, length }, offset, size, stride, requiresGrad);
}

/** `torch._utils._rebuild_parameter(data, requires_grad, hooks)`. */
export function rebuildParameter([data, requiresGrad]: readonly unknown[]): unknown {
  if (!(data instanceof TorchTensor)) return data;
  return new TorchTensor({ ...data.parts, requiresGrad: requiresGrad === true, isParameter: true });
}

function makeTensor(
  reference: StorageReference,
  offset: unknown,
  shape: unknown,
  strides: unknown,
  requiresGrad: unknown,
): TorchTensor {
  if (!isCounts([offset]) || !isCounts(shape) || !isCounts(strides) || shape.length !== strides.length) {
    throw broken('its pickle makes a tensor whose shape, strides or offset are not counts');
  }
  if (shape.length > MAX_DIMENSIONS) throw broken(`its pickle makes a tensor of ${shape.length} dimensions`);
  const end = endOf(shape, strides, Number(offset));
  if (end > reference.length) {
    throw broken(
      `a tensor [${shape.slice(0, 10).join(', ')}] needs ${end} elements of storage ${reference.storage.key}, which has ${reference.length}`,
    );
  }
  const elements = elementsOf(shape);
  if (elements > reference.length && elements > MAX_EXPANDED_ELEMENTS) {
    throw excessive(`a tensor repeats the ${reference.length} elements of a storage to ${elements}`);
  }
  return new TorchTensor({
    dtype: reference.dtype,
    shape: Object.freeze([...shape]),
    strides: Object.freeze([...strides]),
    offset: reference.offset + Number(offset),
    storage: reference.storage,
    requiresGrad: requiresGrad === true,
    isParameter: false,
  });
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
