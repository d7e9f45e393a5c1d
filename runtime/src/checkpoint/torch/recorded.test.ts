import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Generator } from '../../random/index.js';
import { CheckpointError } from '../checkpointError.js';
import { readCheckpoint, readCheckpointHeader } from '../checkpointFile.js';
import { readTorchFile } from './readTorchFile.js';
import type { TorchTensor } from './tensor.js';
import { listingOf, told } from './testing/listing.js';
import { mutate } from './testing/mutate.js';
import { mapTensors } from './torchCheckpoint.js';
import recorded from './torchRecorded.json' with { type: 'json' };

interface Holds {
  readonly tensors?: Record<string, TorchTensor>;
  readonly weights: Record<string, TorchTensor>;
  readonly objects: Record<string, unknown>;
}

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torch-'));
  file = join(folder, 'file.pt');
});
afterAll(() => rm(folder, { recursive: true }));

const describeTensor = (tensor: TorchTensor) => {
  const { dtype, shape, requiresGrad, isParameter } = tensor;
  const values = Array.from(tensor.values() as Iterable<number | bigint>, told);
  return { dtype, shape: [...shape], values, requiresGrad, isParameter };
};
const describeTensors = (tensors: Record<string, TorchTensor>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, describeTensor(tensor)]));
/** The recorded objects make no difference between lists and tuples. */
const withoutTuples = (listing: unknown): unknown =>
  JSON.parse(JSON.stringify(listing), (_, value) => (Array.isArray(value?.$tuple) ? value.$tuple : value));

describe.each(recorded.files)('a file of protocol $protocol, format $format', ({ format, bytes }) => {
  it('is read exactly', async () => {
    await writeFile(file, gunzipSync(Buffer.from(bytes, 'base64')));
    const found = await readTorchFile(file);
    const { tensors, weights, objects } = found.content as Holds;
    expect(found.format).toBe(format);
    expect(describeTensors(weights)).toEqual(recorded.expected.weights);
    expect(withoutTuples(listingOf(objects))).toEqual(recorded.expected.objects);
    if (!tensors) return;
    expect(describeTensors(tensors)).toEqual(recorded.expected.tensors);
  });
});

// Recorded files lie beside the repository where they are; without them there is nothing to compare with.
const interop = fileURLToPath(new URL('../../../../../shared/conformance/interop/', import.meta.url));
const isThere = existsSync(`${interop}torch_types.pt`);
if (!isThere)
  console.info('skipped: the recorded interop files (../shared/conformance/interop) are not beside this repository');

const expected = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(`${interop}${name}.json`, 'utf8'));

describe.skipIf(!isThere)('the recorded files', () => {
  it.each([
    ['lightning_small.ckpt', 'lightning_small'],
    ['lightning_weights_only.ckpt', 'lightning_weights_only'],
    ['torch_types.pt', 'torch_types'],
    ['torch_types_legacy.pt', 'torch_types'],
  ])('%s is read exactly', async (name, listing) => {
    expect(listingOf((await readTorchFile(`${interop}${name}`)).content)).toStrictEqual(await expected(listing));
  });

  it.each(['lightning_small', 'lightning_weights_only'])('%s.ckpt is a checkpoint for our modules', async (name) => {
    const wanted = await expected(name);
    const found = await readCheckpoint(`${interop}${name}.ckpt`);
    const { epoch, global_step: step, hyper_parameters: hparams, state_dict: weights } = found;
    expect({ epoch, step, hparams }).toEqual({
      epoch: wanted.epoch,
      step: wanted.global_step,
      hparams: withoutTuples(wanted.hyper_parameters),
    });
    const listed = Object.entries(weights).map(([key, { dtype, shape, data }]) => [
      key,
      { $tensor: { dtype, shape, values: Array.from(data) } },
    ]);
    expect(Object.fromEntries(listed)).toEqual(wanted.state_dict);
    expect(Object.keys(found)).toEqual(expect.arrayContaining(Object.keys(wanted)));
  });

  it('have headers that tell their tensors', async () => {
    const { tensors, fields } = await readCheckpointHeader(`${interop}lightning_small.ckpt`);
    expect(tensors.slice(0, 2)).toEqual([
      { name: 'state_dict.net.0.weight', dtype: 'float32', shape: [3, 2], sizeBytes: 24 },
      { name: 'state_dict.net.0.bias', dtype: 'float32', shape: [3], sizeBytes: 12 },
    ]);
    expect(fields.epoch).toBe(1);
    expect(tensors.map(({ name }) => name)).toContain('optimizer_states.0.state.0.exp_avg');
  });

  it('of weights alone are no checkpoints, and say so', async () => {
    await expect(readCheckpoint(`${interop}torch_types.pt`)).rejects.toThrow(
      /written by PyTorch, but is not a checkpoint of PyTorch Lightning's: `state_dict` is missing/,
    );
  });
});

describe('a file whose bytes were changed', () => {
  it.each(['zip', 'legacy'])('is an error or a value: %s', { timeout: 120_000 }, async (format) => {
    const sound = recorded.files.find((one) => one.format === format && one.protocol === 2);
    const bytes = gunzipSync(Buffer.from(sound?.bytes ?? '', 'base64'));
    const generator = new Generator(7);
    let errors = 0;
    for (let round = 0; round < 2_500; round++) {
      await writeFile(file, mutate(bytes, generator));
      const result: unknown = await readTorchFile(file).catch((fault: unknown) => fault);
      if (result instanceof CheckpointError) errors++;
      else if (result instanceof Error) throw result;
      else readValues((result as { content: unknown }).content);
    }
    expect(errors).toBeGreaterThan(500);
  });
});

/** Whatever is left of a file has values that can be had, but a changed shape may repeat one very often. */
function readValues(content: unknown): void {
  mapTensors(content, [], (tensor) => (tensor.size < 10_000 ? tensor.values() : undefined));
}
