import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../checkpoint/index.js';
import { dict, op, pickle, tensor, torchZip } from '../checkpoint/torch/testing/makeTorchFile.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';

let folder: string;
let path: string;

beforeAll(async () => {
  await startTestEngine();
  folder = await mkdtemp(join(tmpdir(), 'torch-trainer-'));
  path = join(folder, 'model.ckpt');
  const weights = dict({
    'first.weight': tensor({ key: 'w', numel: 12, shape: [3, 4], strides: [4, 1] }),
    'first.bias': tensor({ key: 'b', numel: 3, shape: [3] }),
  });
  const checkpoint = dict({ epoch: op.int(1), global_step: op.int(6), loops: dict({}), state_dict: weights });
  const floats = (count: number) => ({
    content: new Uint8Array(Float32Array.from({ length: count }, (_, i) => i).buffer),
  });
  await writeFile(path, torchZip(pickle(checkpoint), { w: floats(12), b: floats(3) }));
});
afterAll(() => rm(folder, { recursive: true }));

const evaluation = () => ({ dataloaders: tinyLoaders({ batchSize: 6 }).valDataloaders });

/** Tells under which names, and how turned, torch's weights are its own. */
class FromTorch extends TinyModule {
  override onLoadCheckpoint(checkpoint: Checkpoint): void {
    const { 'first.weight': weight, 'first.bias': bias } = checkpoint.state_dict;
    const [kernelName = '', biasName = '', ...rest] = this.namedWeights().map(({ name }) => name);
    const own = Object.fromEntries(
      rest.map((name) => [
        name,
        {
          dtype: 'float32' as const,
          shape: name.includes('bias') ? [1] : [3, 1],
          data: new Float32Array(name.includes('bias') ? 1 : 3),
        },
      ]),
    );
    if (!weight || !bias) throw new Error('The checkpoint lacks its weights.');
    const turned = Float32Array.from(weight.data, (_, index) =>
      Number(weight.data[(index % 3) * 4 + Math.floor(index / 3)]),
    );
    checkpoint.state_dict = { ...own, [kernelName]: { ...weight, shape: [4, 3], data: turned }, [biasName]: bias };
  }
}

describe('a checkpoint of PyTorch Lightning', () => {
  it('gives its weights to a module that says where they belong', async () => {
    const module = new FromTorch();
    await quietTrainer({ logger: false }).validate(module, { ...evaluation(), ckptPath: path });
    const [kernel, bias] = Object.values(await module.stateDict());
    expect(Array.from(kernel?.data ?? [])).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(Array.from(bias?.data ?? [])).toEqual([0, 1, 2]);
    module.dispose();
  });

  it('names what does not fit, when the module does not', async () => {
    const module = new TinyModule();
    const running = quietTrainer({ logger: false }).validate(module, {
      ...evaluation(),
      ckptPath: path,
    });
    await expect(running).rejects.toThrow(/missing: .*; unexpected: first\.weight, first\.bias/);
    module.dispose();
  });

  it('is refused by fit before anything runs', async () => {
    const module = new FromTorch();
    const trainer = quietTrainer({ logger: false, maxEpochs: 1 });
    const running = trainer.fit(module, { ...tinyLoaders({ batchSize: 6 }), ckptPath: path });
    await expect(running).rejects.toThrow(
      /written by PyTorch Lightning: its optimizers, loops and random numbers cannot/,
    );
    expect(trainer.status).not.toBe('interrupted');
    module.dispose();
  });
});
