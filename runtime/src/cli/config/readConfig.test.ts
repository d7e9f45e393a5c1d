import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOption } from '../../trainer/options.js';
import { TRAINER_OPTIONS } from '../../trainer/optionTable.js';
import { createInstance } from '../createInstance.js';
import { UsageError } from '../errors.js';
import { parseConfigTree, readConfigTree } from './configTree.js';
import { createConfigured } from './configuredObjects.js';
import { interpret } from './readConfig.js';

const spec = { options: TRAINER_OPTIONS, check: checkOption };
const read = (...texts: string[]) =>
  interpret(
    texts.map((text, i) => parseConfigTree(text, `${'ab'[i]}.yaml`)),
    'fit',
    spec,
  );

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message; // checked above
  }
  throw new Error('nothing was thrown');
}

describe('a configuration', () => {
  it("is read in LightningCLI's layout, with names in either spelling", () => {
    const config = read(`
seed_everything: 7
trainer: { max_epochs: 3, limitTrainBatches: 0.5, min_epochs: null, gpus: 2 }
model:
  class_path: my.package.LitDigits
  init_args: { lr: 1e-3 }
data: { batch_size: 8 }
ckpt_path: last.ckpt
`);
    expect(config).toMatchObject({
      seed: 7,
      ckptPath: 'last.ckpt',
      trainer: { maxEpochs: 3, limitTrainBatches: 0.5, gpus: 2 },
      model: { name: 'LitDigits', args: { value: { lr: 0.001 } } },
      data: { args: { value: { batch_size: 8 } } },
    });
  });

  it('is read from JSON too, and from the section of the command', () => {
    const config = read('{"trainer": {"maxEpochs": 1}, "fit": {"trainer": {"maxSteps": 2}}, "test": {"nonsense": 1}}');
    expect(config.trainer).toEqual({ maxEpochs: 1, maxSteps: 2 });
  });

  it('is merged: later files win, maps are joined, lists and other classes replace', () => {
    const config = read(
      'trainer: {max_epochs: 3, max_steps: 5, devices: [0, 1]}\nmodel: {class_path: A, init_args: {x: 1}}',
      'trainer: {maxEpochs: 4, devices: [0]}\nmodel: {class_path: B, init_args: {y: 2}}',
    );
    expect(config.trainer).toEqual({ maxEpochs: 4, maxSteps: 5, devices: [0] });
    expect(config.model).toMatchObject({ name: 'B', args: { value: { y: 2 } } });
  });

  it('follows aliases and merge keys', () => {
    const config = read('trainer: {<<: {max_epochs: 3, max_steps: 1}, max_steps: 2}');
    expect(config.trainer).toMatchObject({ maxSteps: 2, maxEpochs: 3 });
    expect(parseConfigTree('a: &x {y: [1]}\nb: *x', 'a.yaml').value).toEqual({ a: { y: [1] }, b: { y: [1] } });
  });

  it('is refused with every unknown name at once, each with its line and the nearest one', () => {
    const text = 'trainr: {}\ntrainer:\n  max_epoch: 3\n  maxStep: 1\n  accumulate_grad_batches: -1\noptimizer: {}\n';
    const lines = messageOf(() => read(text)).split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^a\.yaml:1:1: There is no section `trainr`\. Did you mean `trainer`\?/),
      'a.yaml:3:3: Trainer has no option `max_epoch`. Did you mean `max_epochs`?',
      'a.yaml:4:3: Trainer has no option `maxStep`. Did you mean `maxSteps`?',
      expect.stringMatching(/^a\.yaml:6:1: `optimizer` is not configured here/),
      expect.stringMatching(/^a\.yaml:5:3: `accumulateGradBatches` is -1/),
    ]);
  });

  it.each([
    ['what is not well-formed', 'trainer: {', /^a\.yaml:\d+:\d+: /],
    ['a key twice', 'trainer: {}\ntrainer: {}', /^a\.yaml:2:1: Map keys must be unique/],
    ['a tag that would make an object', 'model: !!js/function "() => 1"', /^a\.yaml:1:8: .*tag/i],
    ['a tag of Python', 'model: !!python/object:os.system x', /^a\.yaml:1:8: .*tag/i],
    ['an alias without anchor', 'model: *x', /alias/i],
    ['a list', '- 1', /^a\.yaml:1:1: A configuration is a map/],
    ['a key that is a list', '[1]: 2', /A key must be a word/],
    ['something beside a class', 'model: {class_path: A, init_arg: {}}', /Did you mean `init_args`\?/],
    ['a seed that is none', 'seed_everything: -1', /^a\.yaml:1:18: `seedEverything` is -1/],
  ])('is refused with %s', (_name, text, message) => {
    expect(messageOf(() => read(text))).toMatch(message);
  });

  it('is refused when its aliases stand for billions', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${Array(10).fill(i === 0 ? '1' : `*a${i - 1}`)}]`,
    );
    expect(messageOf(() => read(levels.join('\n')))).toMatch(/more than 100000 values/);
  });

  it('is refused when it is nested without end, or too large', async () => {
    expect(messageOf(() => read(`a: ${'['.repeat(100)}${']'.repeat(100)}`))).toMatch(/64 levels deep/);
    const file = (text: string) => {
      const path = join(mkdtempSync(join(tmpdir(), 'lightning-config-')), 'a.yaml');
      writeFileSync(path, text);
      return path;
    };
    await expect(readConfigTree(file('['.repeat(200_000)))).rejects.toThrow(UsageError);
    await expect(readConfigTree(file(`a: "${'x'.repeat(2 ** 20)}"`))).rejects.toThrow('larger than 1 MB');
    await expect(readConfigTree('/nowhere.yaml')).rejects.toThrow('There is no file /nowhere.yaml.');
  });
});

describe('classes of a configuration', () => {
  const make = (text: string) => createConfigured(read(`trainer:\n${text}`).objects, 'root');

  it('become callbacks, loggers and profilers', () => {
    const made = make(`
  callbacks:
    - class_path: lightning.pytorch.callbacks.EarlyStopping
      init_args: { monitor: val_loss, min_delta: 0.5 }
    - LearningRateMonitor
  logger: { class_path: CSVLogger, init_args: { save_dir: logs, name: mine } }
  profiler: { class_path: SimpleProfiler }
`);
    const names = [...(made.callbacks as object[]), made.logger as object, made.profiler as object].map(
      (each) => each.constructor.name,
    );
    expect(names).toEqual(['EarlyStopping', 'LearningRateMonitor', 'CSVLogger', 'SimpleProfiler']);
    expect(made.callbacks).toMatchObject([{ monitor: 'val_loss' }, {}]);
  });

  it.each([
    [
      '  callbacks:\n    - class_path: EarlyStoping',
      /^a\.yaml:3:7: There is no class `EarlyStoping` .*Did you mean `EarlyStopping`\?/,
    ],
    ['  callbacks: {class_path: Callback}', /There is no class `Callback`/],
    ['  callbacks: [{class_path: EarlyStopping, init_args: {monitr: x}}]', /^a\.yaml:2:15: .*monitr/],
    [
      '  logger: {class_path: CSVLogger, init_args: {nme: x}}',
      /^a\.yaml:2:47: CSVLogger has no option `nme`\. Did you mean `name`\?/,
    ],
    ['  plugins: [{class_path: X}]', /`plugins` takes objects that no configuration can write/],
  ])('are refused: %s', (text, message) => {
    expect(messageOf(() => make(text))).toMatch(message);
  });
});

describe('hyperparameters of a configuration', () => {
  class Lit {
    constructor(readonly hparams = { lr: 0.1, batchSize: 4, net: { hidden: 3 }, name: 'a', free: {}, old_name: 1 }) {}
  }
  const create = (text: string, given: [string, unknown][] = []) =>
    createInstance({
      type: Lit as new (hparams?: unknown) => Lit,
      group: 'model',
      given: new Map(given.map(([path, value]) => [path, { raw: String(value), value }])),
      config: parseConfigTree(text, 'a.yaml'),
      isolateRng: async (work) => work(),
    });

  it('take the place of defaults, and the command line that of both', async () => {
    const { hparams } = await create('{lr: 0.5, batch_size: 8, net: {hidden: 9}, name: 7, free: {a: 1}, old_name: 2}', [
      ['lr', 0.7],
    ]);
    expect(hparams).toEqual({ lr: 0.7, batchSize: 8, net: { hidden: 9 }, name: '7', free: { a: 1 }, old_name: 2 });
  });

  it('are refused all at once, with their lines', async () => {
    await expect(create('lrr: 1\nnet:\n  hiden: 2\nlr: fast')).rejects.toThrow(
      [
        'a.yaml:1:1: Lit has no hyperparameter `lrr`. Did you mean `lr`?',
        'a.yaml:3:3: Lit has no hyperparameter `net.hiden`. Did you mean `net.hidden`?',
        'a.yaml:4:1: `model.lr` is fast, text. Allowed: a number, as its default 0.1.',
      ].join('\n'),
    );
  });
});
