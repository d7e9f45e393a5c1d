import { atomicWrite } from './atomicWrite.js';
import { checkJsonLimits, JsonFault, parseBoundedJson } from './boundedJson.js';
import { type Checkpoint, faultOf } from './checkpoint.js';
import { CheckpointError } from './checkpointError.js';
import type { CheckpointHeader, TensorSummary } from './checkpointHeader.js';
import { releaseTensors } from './heldTensor.js';
import { decodeTree, encodeTree, MAX_TREE_DEPTH, TreeFault } from './jsonTree.js';
import { damaged, quote, type TensorEntry } from './safetensorsHeader.js';
import { type SafetensorsFile, withSafetensors } from './safetensorsReader.js';
import { writeSafetensors } from './safetensorsWriter.js';
import type { TensorData } from './tensorData.js';
import { isTorchFile, readTorchCheckpoint, readTorchHeader } from './torch/torchCheckpoint.js';

/** Raised when a reader of an older version could misread a file. */
const FORMAT = 1;
/** The key of `__metadata__` under which all but the tensors stands. */
const METADATA_KEY = 'lightning';
const WEIGHTS = 'state_dict.';
const JSON_LIMITS = { depth: MAX_TREE_DEPTH + 10, tokens: 2_000_000 };

/**
 * Writes a checkpoint as one safetensors file, so that a kill at any moment leaves the old file or the new one. Weights are
 * the tensors `state_dict.<name>`; tensors elsewhere get the name of their place; everything else is JSON.
 *
 * Values may be null, booleans, numbers (also NaN and infinite ones), bigints, strings, arrays, plain objects, typed arrays
 * and tensors. What is undefined is left out.
 * @returns the size of the file in bytes
 * @throws CheckpointError when it holds another kind of value, or cannot be written; nothing has changed then
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<number> {
  try {
    return await write(path, checkpoint);
  } finally {
    releaseTensors(checkpoint); // those that are not written, since it failed
  }
}

async function write(path: string, checkpoint: Checkpoint): Promise<number> {
  const { state_dict: weights, ...fields } = checkpoint;
  const fault = faultOf(fields);
  if (fault) throw unstorable(path, fault);
  const tensors = new Map(Object.entries(weights).map(([name, tensor]) => [WEIGHTS + name, tensor]));
  if (tensors.has(`${WEIGHTS}__proto__`)) throw unstorable(path, 'a weight has the name `__proto__`');
  const metadata = { [METADATA_KEY]: encodeFields(path, fields, tensors) };
  let sizeBytes = 0;
  await atomicWrite(path, async (handle) => {
    sizeBytes = await writeSafetensors(path, handle, tensors, metadata);
  });
  return sizeBytes;
}

/**
 * Reads what {@link writeCheckpoint} wrote, or a checkpoint of PyTorch Lightning's, see {@link readTorchCheckpoint}. Nothing in a
 * file can execute, and a file from a stranger cannot take more memory than about its size.
 * @throws CheckpointError that says what is wrong with the file and what to do
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  if (await isTorchFile(path)) return readTorchCheckpoint(path);
  return withSafetensors(path, async (file) => {
    const json = parseFields(file);
    const tensors = new Map<string, TensorData>();
    for (const name of referredTensors(file, json)) tensors.set(name, await file.read(name));
    const weights: [string, TensorData][] = [];
    for (const name of file.tensors.keys()) {
      if (name === `${WEIGHTS}__proto__`) throw damaged(path, 'a weight has the name `__proto__`.');
      if (name.startsWith(WEIGHTS)) weights.push([name.slice(WEIGHTS.length), await file.read(name)]);
    }
    return toCheckpoint(
      file,
      decodeFields(file, json, (name) => tensors.get(name)),
      Object.fromEntries(weights),
    );
  });
}

/**
 * Reads what a checkpoint holds without its tensors' values: fast for files of any size, for lists and explorers.
 * @throws CheckpointError like {@link readCheckpoint}
 */
export async function readCheckpointHeader(path: string): Promise<CheckpointHeader> {
  if (await isTorchFile(path)) return readTorchHeader(path);
  return withSafetensors(path, async (file) => headerOf(file));
}

/** The same for a file that is open. */
export function headerOf(file: SafetensorsFile): CheckpointHeader {
  const json = parseFields(file);
  referredTensors(file, json);
  const summaries = new Map([...file.tensors].map(([name, entry]) => [name, summarize(entry)]));
  const { state_dict: _, ...fields } = toCheckpoint(
    file,
    decodeFields(file, json, (name) => summaries.get(name)),
    {},
  );
  return { sizeBytes: file.sizeBytes, tensors: [...summaries.values()], fields };
}

/** Whether a safetensors file is a checkpoint of ours, and not weights alone. */
export function isCheckpoint({ metadata }: SafetensorsFile): boolean {
  return metadata.has(METADATA_KEY);
}

/** Fields as JSON text; the tensors among them are added to `tensors`. */
function encodeFields(path: string, fields: object, tensors: Map<string, TensorData>): string {
  const store = (place: readonly string[], tensor: TensorData) => {
    const name = tensorName(place);
    // Keys may have dots, so two places can have one name. Readers go by the reference, not by the name.
    let unique = name;
    for (let copy = 2; tensors.has(unique); copy += 1) unique = `${name}~${copy}`;
    tensors.set(unique, tensor);
    return unique;
  };
  try {
    const text = JSON.stringify({ format: FORMAT, checkpoint: encodeTree(fields, [], store) });
    checkJsonLimits(text, JSON_LIMITS);
    return text;
  } catch (cause) {
    if (cause instanceof TreeFault) throw unstorable(path, cause.message);
    if (cause instanceof JsonFault) throw unstorable(path, `it ${cause.message}`);
    throw cause;
  }
}

/** `optimizer_states.<i>.<slot>.<parameter>` for an optimizer's slots, for everything else the path. */
function tensorName(place: readonly string[]): string {
  const [root, index, state, parameter, slots, slot, ...rest] = place;
  const isSlot = root === 'optimizer_states' && state === 'state' && slots === 'slots' && rest.length === 0;
  return (isSlot ? [root, index, slot, parameter] : place).join('.');
}

function parseFields({ path, metadata }: SafetensorsFile): unknown {
  const text = metadata.get(METADATA_KEY);
  if (text === undefined) {
    throw new CheckpointError(path, {
      code: 'checkpoint-foreign',
      found: 'is a safetensors file, but not a checkpoint: it has no metadata `lightning`.',
      fix: 'It may hold weights alone, from another program; a checkpoint that a Trainer saved is needed here.',
    });
  }
  let content: unknown;
  try {
    content = parseBoundedJson(text, JSON_LIMITS);
  } catch (cause) {
    if (cause instanceof JsonFault) throw damaged(path, `its metadata \`lightning\` ${cause.message}.`, cause);
    throw cause;
  }
  const { format, checkpoint }: { format?: unknown; checkpoint?: unknown } =
    typeof content === 'object' && content !== null ? content : {};
  if (format === FORMAT) return checkpoint;
  if (typeof format !== 'number') throw damaged(path, 'its metadata `lightning` does not tell its format.');
  throw new CheckpointError(path, {
    code: 'checkpoint-newer',
    found: `has format ${format}; this version reads format ${FORMAT}.`,
    fix: 'Update lightning-tfjs.',
  });
}

/** The tensors that stand among the fields. Each stands in one place, so that a small file cannot ask for one a thousand times. */
function referredTensors(file: SafetensorsFile, json: unknown): Set<string> {
  const names = new Set<string>();
  decodeFields(file, json, (name) => {
    if (!file.tensors.has(name)) throw new TreeFault(`the tensor ${quote(name)} is missing`);
    if (names.has(name) || name.startsWith(WEIGHTS))
      throw new TreeFault(`the tensor ${quote(name)} stands in two places`);
    names.add(name);
    return undefined;
  });
  return names;
}

function decodeFields({ path }: SafetensorsFile, json: unknown, load: (name: string) => unknown): unknown {
  try {
    return decodeTree(json, load);
  } catch (cause) {
    if (cause instanceof TreeFault) throw damaged(path, `${cause.message}.`, cause);
    throw cause;
  }
}

function toCheckpoint({ path }: SafetensorsFile, fields: unknown, weights: Checkpoint['state_dict']): Checkpoint {
  const record: Record<string, unknown> = typeof fields === 'object' && fields !== null ? { ...fields } : {};
  const fault = faultOf(record);
  if (fault) throw damaged(path, `${fault}.`);
  // Checked by faultOf, which knows every key that the type names.
  return { ...record, state_dict: weights } as Checkpoint;
}

/** A tensor without its values. */
export function summarize({ name, dtype, shape, begin, end }: TensorEntry): TensorSummary {
  return { name, dtype, shape, sizeBytes: end - begin };
}

function unstorable(path: string, fault: string): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-value',
    found: `cannot be written: ${fault}.`,
    allowed: 'null, booleans, numbers, text, arrays, plain objects, typed arrays and tensors as { dtype, shape, data }',
    fix: 'Leave the value out, or store what it can be made from again.',
  });
}
