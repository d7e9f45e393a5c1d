/** Files that PyTorch Lightning wrote, taken over into modules of ours. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Checkpoint, TensorData } from 'lightning-tfjs';
import { describe, expect, it } from 'vitest';

// Recorded files lie beside the repository where they are; without them there is nothing to compare with.
const recorded = fileURLToPath(new URL('../../../shared/conformance/interop/', import.meta.url));
const isThere = existsSync(`${recorded}lightning_small.ckpt`);
if (!isThere)
  console.info('skipped: the recorded interop files (../shared/conformance/interop) are not beside this repository');

const { LightningModule, tf } = (await import(
  new URL('../../runtime/dist/index.js', import.meta.url).href
)) as typeof import('lightning-tfjs');

/** torch keeps a linear layer's weight as [out, in]. */
function turned({ dtype, shape, data }: TensorData): TensorData {
  const [rows = 0, columns = 0] = shape;
  const values = Float32Array.from(data, (_, index) =>
    Number(data[(index % rows) * columns + Math.floor(index / rows)]),
  );
  return { dtype, shape: [columns, rows], data: values };
}

/** The layers of the recorded module: two linear ones, with a function in between that has no weights. */
class Small extends LightningModule {
  readonly seen: unknown;
  net = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [2], activation: 'tanh' }), tf.layers.dense({ units: 1 })],
  });

  constructor(override readonly hparams: Record<string, unknown> = {}) {
    super();
    this.saveHyperparameters(hparams);
  }

  override onLoadCheckpoint(checkpoint: Checkpoint): void {
    const weight = (name: string) => checkpoint.state_dict[name] as TensorData; // the recorded file has all four
    checkpoint.state_dict = {
      'net.0.kernel': turned(weight('net.0.weight')),
      'net.0.bias': weight('net.0.bias'),
      'net.1.kernel': turned(weight('net.2.weight')),
      'net.1.bias': weight('net.2.bias'),
    };
  }
}

interface Recorded {
  readonly state_dict: Readonly<Record<string, { readonly $tensor: { readonly values: readonly number[] } }>>;
  readonly hyper_parameters?: Readonly<Record<string, unknown>>;
}

describe.skipIf(!isThere)('loadFromCheckpoint', () => {
  it.each(['lightning_small', 'lightning_weights_only'])(
    'takes over weights and hyperparameters of %s.ckpt',
    async (name) => {
      const expected: Recorded = JSON.parse(
        await readFile(`${recorded}${name}.json`, 'utf8'),
        (_key, value) => value?.$tuple ?? value,
      );
      const module = await Small.loadFromCheckpoint(`${recorded}${name}.ckpt`);
      const { 'net.0.kernel': kernel, 'net.1.bias': bias } = await module.stateDict();
      const values = (weight: string) => expected.state_dict[weight]?.$tensor.values.map(Math.fround);
      expect(Array.from(turned(kernel as TensorData).data)).toEqual(values('net.0.weight'));
      expect(Array.from(bias?.data ?? [])).toEqual(values('net.2.bias'));
      expect(module.hparams).toEqual(expected.hyper_parameters ?? {});
      module.dispose();
    },
  );

  it('takes the hyperparameters of an hparams.yaml that PyTorch Lightning wrote', async () => {
    const hparamsFile = `${recorded}lightning_logs/version_0/hparams.yaml`;
    const module = await Small.loadFromCheckpoint(`${recorded}lightning_small.ckpt`, { extra: 1 }, { hparamsFile });
    const text = await readFile(hparamsFile, 'utf8');
    const names = [...text.matchAll(/^(\w+):/gm)].map(([, name]) => name);
    expect(Object.keys(module.hparams).sort()).toEqual([...names, 'extra'].sort());
    module.dispose();
  });
});
