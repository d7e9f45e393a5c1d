import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../checkpoint/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { LightningDataModule } from './lightningDataModule.js';
import { LightningModule } from './lightningModule.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

const folder = mkdtempSync(join(tmpdir(), 'lightning-load-'));

/** One weight of as many numbers as its hyperparameters say. */
class Lit extends LightningModule {
  weight: tf.Variable;

  constructor(override readonly hparams: { size: number; lr?: number; layers?: number[] } = { size: 2 }) {
    super();
    this.saveHyperparameters(hparams);
    this.weight = tf.tidy(() => tf.variable(tf.zeros([hparams.size])));
  }
}

/** Is handed a network that no file holds. */
class Handed extends LightningModule<{ backbone: TinyModule; lr: number }> {
  readonly backbone: TinyModule;
  scale: tf.Variable;

  constructor(hparams: { backbone: TinyModule; lr: number }) {
    super();
    this.saveHyperparameters(hparams, { ignore: 'backbone' });
    this.backbone = hparams.backbone.eval();
    this.scale = tf.variable(tf.scalar(hparams.lr));
  }
}

/** Saves a checkpoint of a module as a Trainer does, and returns its path. */
async function saved(module: LightningModule, name: string, change: Partial<Checkpoint> = {}): Promise<string> {
  const path = join(folder, name);
  await writeCheckpoint(path, {
    epoch: 0,
    global_step: 0,
    loops: {},
    state_dict: await module.stateDict(),
    hyper_parameters: { ...module.hparamsInitial },
    ...change,
  });
  module.dispose();
  return path;
}

function filled(module: Lit, value: number): Lit {
  tf.tidy(() => module.weight.assign(tf.fill(module.weight.shape, value)));
  return module;
}

describe('LightningModule.loadFromCheckpoint', () => {
  it('gives hyperparameters and weights of a file that a Trainer saved', async () => {
    class Trained extends TinyModule {
      constructor(override readonly hparams = { lr: 1, nested: { deep: [1, 2] } }) {
        super();
        this.saveHyperparameters(hparams);
      }
    }
    const module = new Trained({ lr: 3, nested: { deep: [4] } });
    const trainer = quietTrainer({ maxEpochs: 1, logger: false });
    await trainer.fit(module, tinyLoaders());
    const loaded = await Trained.loadFromCheckpoint(trainer.checkpointCallback?.bestModelPath ?? '');
    expect(loaded).toBeInstanceOf(Trained);
    expect([loaded.hparams, loaded.hparamsInitial]).toEqual([module.hparams, module.hparams]);
    expect(weightsOf(loaded)).toEqual(weightsOf(module));
    module.dispose();
    loaded.dispose();
  });

  it('lets overrides win, and leaves plain objects behind', async () => {
    const path = await saved(filled(new Lit({ size: 3, lr: 1, layers: [1] }), 7), 'override.ckpt');
    const loaded = await Lit.loadFromCheckpoint(path, { lr: 0.5 });
    expect(loaded.hparams).toStrictEqual({ size: 3, lr: 0.5, layers: [1] });
    expect(structuredClone(loaded.hparams)).toEqual(loaded.hparams);
    expect([...loaded.weight.dataSync()]).toEqual([7, 7, 7]);
    loaded.dispose();
  });

  it('needs what was not saved', async () => {
    const backbone = new TinyModule();
    const module = new Handed({ backbone, lr: 2 });
    expect(module.hparamsInitial).toEqual({ lr: 2 });
    const path = await saved(module, 'handed.ckpt'); // frees the backbone with it
    await expect(Handed.loadFromCheckpoint(path)).rejects.toThrow(
      /its constructor looked for `backbone`, and failed with .*Handed\.loadFromCheckpoint\(path, \{ backbone: … \}\)/,
    );
    const loaded = await Handed.loadFromCheckpoint(path, { backbone: new TinyModule() });
    expect(loaded.scale.dataSync()[0]).toBe(2);
    loaded.dispose();
  });

  it('takes hyperparameters of a YAML file instead', async () => {
    const path = await saved(filled(new Lit({ size: 2, lr: 1 }), 1), 'yaml.ckpt', { hyper_parameters: {} });
    const hparamsFile = join(folder, 'hparams.yaml');
    writeFileSync(hparamsFile, 'size: 2\nlr: 0.25\nlayers: !!python/tuple [3, 4]\n');
    const loaded = await Lit.loadFromCheckpoint(path, { lr: 4 }, { hparamsFile });
    expect(loaded.hparams).toEqual({ size: 2, lr: 4, layers: [3, 4] });
    loaded.dispose();
  });

  it.each([
    ['an override that looks like another name', { laers: [1] }, {}, 'Did you mean `layers`?'],
    ['an option that does not exist', {}, { strikt: false }, 'Did you mean `strict`?'],
    ['a hyperparameter among the options', {}, { lr: 1 }, 'Hyperparameters are the second argument'],
    ['a file of hyperparameters that is none', {}, { hparamsFile: 'hparams.txt' }, 'Allowed: a .yaml or .yml file'],
    ['other weights', { size: 5 }, {}, 'weight is float32[5] here and float32[2] there'],
  ])('says so: %s', async (_name, overrides, options, message) => {
    const path = await saved(new Lit({ size: 2, lr: 1, layers: [1] }), 'faults.ckpt');
    const { numTensors } = tf.memory();
    await expect(Lit.loadFromCheckpoint(path, overrides as object, options as object)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('says which default may be the reason when weights do not fit', async () => {
    class Defaults extends LightningModule {
      weight: tf.Variable;
      constructor({ size = 3 }: { size?: number } = {}) {
        super();
        this.weight = tf.variable(tf.zeros([size]));
      }
    }
    const path = await saved(new Defaults({ size: 4 }), 'defaults.ckpt');
    await expect(Defaults.loadFromCheckpoint(path)).rejects.toThrow('The constructor also looked for `size`');
    const loaded = await Defaults.loadFromCheckpoint(path, { size: 4 });
    await expect(Defaults.loadFromCheckpoint(path, { size: 4, bias: true } as object)).rejects.toThrow(
      'knows no hyperparameter `bias`',
    );
    loaded.dispose();
  });

  it('warns of missing and unexpected weights when it is not strict', async () => {
    class More extends Lit {
      extra = tf.variable(tf.ones([1]));
    }
    const path = await saved(filled(new Lit({ size: 2 }), 3), 'more.ckpt', {});
    await expect(More.loadFromCheckpoint(path)).rejects.toThrow('missing: extra');
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const loaded = await More.loadFromCheckpoint(path, {}, { strict: false });
    expect(warned.mock.calls.flat().join()).toContain('has weights that');
    expect([...loaded.weight.dataSync(), ...loaded.extra.dataSync()]).toEqual([3, 3, 1]);
    loaded.dispose();
    class Lenient extends More {
      override strictLoading = false;
    }
    (await Lenient.loadFromCheckpoint(path)).dispose();
    await expect(Lenient.loadFromCheckpoint(path, {}, { strict: true })).rejects.toThrow(
      'Lenient.strictLoading is false',
    );
  });

  it('asks configureModel and onLoadCheckpoint first', async () => {
    const calls: string[] = [];
    class Late extends Lit {
      override configureModel(): void {
        calls.push('configureModel');
      }
      override onLoadCheckpoint(checkpoint: Checkpoint): void {
        calls.push(`onLoadCheckpoint ${Object.keys(checkpoint.state_dict)}`);
        checkpoint.state_dict = { weight: { dtype: 'float32', shape: [2], data: Float32Array.of(8, 9) } };
      }
    }
    const loaded = await Late.loadFromCheckpoint(await saved(new Lit(), 'late.ckpt'));
    expect(calls).toEqual(['configureModel', 'onLoadCheckpoint weight']);
    expect([...loaded.weight.dataSync()]).toEqual([8, 9]);
    loaded.dispose();
  });

  it('refuses a constructor of several arguments', async () => {
    class Positional extends LightningModule {
      constructor(
        readonly lr: number,
        readonly size: number,
      ) {
        super();
      }
    }
    const path = await saved(new Lit(), 'positional.ckpt');
    await expect(Positional.loadFromCheckpoint(path)).rejects.toThrow('takes 2 arguments');
  });
});

describe('LightningDataModule.loadFromCheckpoint', () => {
  it('gives hyperparameters and state', async () => {
    class Data extends LightningDataModule {
      split = 0;
      constructor(override readonly hparams = { batchSize: 1 }) {
        super();
        this.saveHyperparameters(hparams);
      }
      override loadStateDict(state: Record<string, unknown>): void {
        this.split = Number(state.split);
      }
    }
    const path = await saved(new Lit(), 'data.ckpt', {
      datamodule_hyper_parameters: { batchSize: 16 },
      datamodule: { split: 5 },
    });
    const loaded = await Data.loadFromCheckpoint(path);
    expect([loaded.hparams, loaded.split]).toEqual([{ batchSize: 16 }, 5]);
    expect((await Data.loadFromCheckpoint(path, { batchSize: 2 })).hparamsInitial).toEqual({ batchSize: 2 });
  });
});

describe('saveHyperparameters', () => {
  it('adds to what a base class saved, whose names can be ignored', () => {
    class Base extends LightningModule {
      constructor(hparams: { lr: number; path: string }) {
        super();
        this.saveHyperparameters(hparams);
      }
    }
    class Derived extends Base {
      constructor() {
        super({ lr: 1, path: 'x' });
        this.saveHyperparameters({ hidden: 2 }, { ignore: ['path'] as never });
      }
    }
    expect(new Derived().hparamsInitial).toEqual({ lr: 1, hidden: 2 });
    expect(new Derived().hparams).toEqual({ lr: 1, path: 'x', hidden: 2 });
  });

  it('warns of what no file can hold, and refuses unknown options', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const module = new Lit();
    module.saveHyperparameters({ size: 1, transform: () => 1 } as object);
    expect(warned.mock.calls.flat().join()).toContain("saveHyperparameters(hparams, { ignore: ['transform'] })");
    expect(() => module.saveHyperparameters({}, { ignored: [] } as object)).toThrow('Did you mean `ignore`?');
    module.dispose();
  });

  it('keeps them from loggers with logger: false', async () => {
    class Quiet extends TinyModule {
      constructor(logger: boolean) {
        super();
        this.saveHyperparameters({ lr: 1 }, { logger });
      }
    }
    for (const logger of [true, false]) {
      const module = new Quiet(logger);
      const trainer = quietTrainer({ maxEpochs: 1, limitTrainBatches: 1, limitValBatches: 0 });
      await trainer.fit(module, tinyLoaders());
      const file = readFileSync(join(trainer.runDir ?? '', 'hparams.yaml'), 'utf8');
      expect(file.includes('lr: 1')).toBe(logger);
      const { hyper_parameters } = await readCheckpoint(trainer.checkpointCallback?.bestModelPath ?? '');
      expect(hyper_parameters).toEqual({ lr: 1 });
      module.dispose();
    }
  });
});
