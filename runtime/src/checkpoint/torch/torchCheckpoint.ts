import { LightningError } from '../../errors/index.js';
import { type Checkpoint, faultOf } from '../checkpoint.js';
import { CheckpointError } from '../checkpointError.js';
import type { CheckpointHeader, TensorSummary } from '../checkpointHeader.js';
import { withFile } from '../fileReader.js';
import { quote } from '../safetensorsHeader.js';
import type { TensorData } from '../tensorData.js';
import { excessive, toError } from './fault.js';
import { SIGNATURE_BYTES, torchFormatOf } from './format.js';
import { loadAll } from './readTorchFile.js';
import { TorchTensor } from './tensor.js';
import { type OpenTorchFile, withTorchFile } from './torchFile.js';

/** Values may take this many times the file's size: int8 becomes int32, tied weights stand twice. Small files may take more. */
const MAX_GROWTH = 8;
const GROWTH_GRACE_BYTES = 1 << 28;

/** Whether torch wrote a file, by its first bytes. @throws CheckpointError when there is no such file */
export async function isTorchFile(path: string): Promise<boolean> {
  return withFile(path, async ({ sizeBytes, read }) => {
    return torchFormatOf(await read(0, Math.min(SIGNATURE_BYTES, sizeBytes))) !== undefined;
  });
}

/**
 * Reads a checkpoint of PyTorch Lightning's. Weights are under torch's names and in torch's layouts, as tfjs can hold them; other
 * tensors too, except those that do not fit, which stay TorchTensors. A dict whose keys are not text is a Map.
 * @throws CheckpointError also when the file is torch's, but no checkpoint, and when a weight cannot be held
 */
export async function readTorchCheckpoint(path: string): Promise<Checkpoint> {
  return withTorchFile(path, async (file) => {
    const { state_dict: weights, ...fields } = checkpointOf(file);
    await loadAll(file);
    const converter = new Converter(file);
    const entries = Object.entries(weights).map(([name, tensor]) => [name, converter.weight(name, tensor)] as const);
    // Checked by checkpointOf, which knows every key that the type names.
    return { ...(converter.tree(fields) as object), state_dict: Object.fromEntries(entries) } as Checkpoint;
  });
}

/** What such a checkpoint holds, without its tensors' values. */
export async function readTorchHeader(path: string): Promise<CheckpointHeader> {
  return withTorchFile(path, async (file) => {
    const { state_dict: weights, ...fields } = checkpointOf(file);
    const origins = new Map<TensorSummary, TorchTensor>();
    summarizeTensors({ state_dict: weights }, origins);
    // An object stays one: only tensors in it are replaced.
    const summarized = summarizeTensors(fields, origins) as CheckpointHeader['fields'];
    return { sizeBytes: file.sizeBytes, fields: summarized, tensors: [...origins.keys()] };
  });
}

/** A copy of a tree with summaries in place of its tensors, which are put into `origins` under them. */
export function summarizeTensors(value: unknown, origins: Map<TensorSummary, TorchTensor>): unknown {
  return mapTensors(value, [], (tensor, place) => {
    const { dtype, shape, sizeBytes } = tensor;
    const summary = { name: place.join('.'), dtype, shape, sizeBytes };
    origins.set(summary, tensor);
    return summary;
  });
}

/**
 * A copy of a tree with another value for each tensor.
 * @param replace is given a tensor and the keys on the way to it
 */
export function mapTensors(
  value: unknown,
  place: readonly string[],
  replace: (tensor: TorchTensor, place: readonly string[]) => unknown,
): unknown {
  if (value instanceof TorchTensor) return replace(value, place);
  if (Array.isArray(value)) return value.map((item, index) => mapTensors(item, [...place, String(index)], replace));
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, mapTensors(item, [...place, String(key)], replace)]));
  }
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTensors(item, [...place, key], replace)]),
  );
}

/** Values as tfjs has them, each made once, and never more than the file can be the reason for. */
class Converter {
  readonly #path: string;
  readonly #made = new Map<TorchTensor, TensorData>();
  readonly #limit: number;
  #bytes = 0;

  constructor({ path, sizeBytes }: OpenTorchFile) {
    this.#path = path;
    this.#limit = sizeBytes * MAX_GROWTH + GROWTH_GRACE_BYTES;
  }

  weight(name: string, tensor: TorchTensor): TensorData {
    try {
      return this.#convert(tensor);
    } catch (cause) {
      if (!(cause instanceof LightningError) || cause instanceof CheckpointError) throw cause;
      throw new CheckpointError(this.#path, {
        code: 'checkpoint-dtype',
        found: `holds the weight ${quote(name)}, which cannot be read. ${cause.message}`,
        cause,
      });
    }
  }

  tree(value: unknown): unknown {
    return mapTensors(value, [], (tensor) => {
      try {
        return this.#convert(tensor);
      } catch (cause) {
        if (cause instanceof LightningError && !(cause instanceof CheckpointError)) return tensor;
        throw cause;
      }
    });
  }

  #convert(tensor: TorchTensor): TensorData {
    let data = this.#made.get(tensor);
    if (!data) {
      this.#bytes += tensor.size * 8; // what a value takes at most while it is converted
      if (this.#bytes > this.#limit) {
        throw toError(this.#path, excessive(`its tensors take more than ${this.#limit} bytes, far more than the file`));
      }
      data = tensor.toTensorData();
      this.#made.set(tensor, data);
    }
    return data;
  }
}

/** A checkpoint's fields, as far as readers rely on them. */
function checkpointOf({
  path,
  content,
}: OpenTorchFile): Record<string, unknown> & { state_dict: Record<string, TorchTensor> } {
  const fields: Record<string, unknown> = isPlain(content) ? content : {};
  const { state_dict: weights } = fields;
  const fault = isPlain(weights) ? faultOf(fields) : '`state_dict` is missing';
  const entries = isPlain(weights) ? Object.entries(weights) : [];
  // What a module's get_extra_state gave may be anything, and means nothing here.
  const other = entries.find(([name, value]) => !(value instanceof TorchTensor) && !name.endsWith('_extra_state'));
  if (fault || other) {
    throw new CheckpointError(path, {
      code: 'checkpoint-foreign',
      found: `was written by PyTorch, but is not a checkpoint of PyTorch Lightning's: ${fault ?? `${quote(other?.[0])} in \`state_dict\` is not a tensor`}.`,
      fix: 'Read it with readTorchFile(path).content, which gives whatever torch.save was given.',
    });
  }
  const tensors = entries.filter((entry): entry is [string, TorchTensor] => entry[1] instanceof TorchTensor);
  return { ...fields, state_dict: Object.fromEntries(tensors) };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
