import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fixture, lightning } from './lightning.js';

const FILE = fixture('commanded.ts');

/** A folder with configuration files, and what `lightning` makes of them. */
function project(files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), 'lightning-config-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return { dir, run: (...args: string[]) => lightning(args, dir) };
}

const RUN = `
seed_everything: 3
trainer:
  max_epochs: 1
  limit_train_batches: 4
  enable_model_summary: false
  enable_progress_bar: false
  callbacks:
    - class_path: lightning.pytorch.callbacks.ModelCheckpoint
      init_args: { dirpath: mine, filename: best }
model:
  lr: 0.5
  net: { hidden: 9 }
`;

describe('lightning --config', () => {
  it('runs what the files say, the later file and the command line over them, and keeps it as config.yaml', async () => {
    const { dir, run } = project({ 'run.yaml': RUN, 'more.json': '{"trainer": {"limitTrainBatches": 3}}' });
    const files = ['--config', 'run.yaml', '--config', 'more.json'];
    const { code, stdout, stderr } = await run('fit', FILE, ...files, '--model.net.hidden', '7');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Finished after 1 epoch and 3 steps.');
    expect(existsSync(join(dir, 'mine', 'best.ckpt'))).toBe(true);
    const saved = readFileSync(join(dir, 'lightning_logs', 'version_0', 'config.yaml'), 'utf8');
    expect(parse(saved)).toMatchObject({
      seedEverything: 3,
      trainer: { maxEpochs: 1, limitTrainBatches: 3, logEveryNSteps: 50, minSteps: null },
      model: { class_path: 'Commanded', init_args: { lr: 0.5, net: { hidden: 7 }, name: 'a', window: null } },
      ckptPath: null,
    });

    writeFileSync(join(dir, 'again.yaml'), saved);
    expect((await run('fit', FILE, '--config', 'again.yaml')).stdout).toContain('Finished after 1 epoch and 3 steps.');
    const again = readFileSync(join(dir, 'lightning_logs', 'version_1', 'config.yaml'), 'utf8');
    expect(again).toBe(saved);
  });

  it('prints the configuration in place of running', async () => {
    const { dir, run } = project({ 'run.yaml': RUN });
    const { code, stdout, stderr } = await run(
      'fit',
      FILE,
      '--config',
      'run.yaml',
      '--print-config',
      '--trainer.maxEpochs',
      '2',
    );
    expect(code, stderr).toBe(0);
    expect(parse(stdout)).toMatchObject({ trainer: { maxEpochs: 2 }, model: { init_args: { lr: 0.5 } } });
    expect(existsSync(join(dir, 'lightning_logs'))).toBe(false);
  });

  it.each([
    [
      'trainer:\n  max_epoch: 1\n  devics: 2\n',
      [
        'a.yaml:2:3: Trainer has no option `max_epoch`. Did you mean `max_epochs`?',
        'a.yaml:3:3: Trainer has no option `devics`. Did you mean `devices`?',
      ],
    ],
    ['model:\n  lrr: 1\n', ['a.yaml:2:3: Commanded has no hyperparameter `lrr`. Did you mean `lr`?']],
    ['data:\n  size: 1\n', ['a.yaml:2:3: `data` has arguments']],
    ['trainer: !!js/function x\n', ['a.yaml:1:10: ']],
  ])('refuses %j', async (text, messages) => {
    const { code, stderr } = await project({ 'a.yaml': text }).run('fit', FILE, '--config', 'a.yaml');
    expect(code).toBe(2);
    for (const message of messages) expect(stderr).toContain(message);
  });
});

describe('lightning upgrade', () => {
  it('lists old spellings with their places, and runs nothing', async () => {
    const { run } = project({ 'old.ts': "throw new Error('I ran');\nnew Trainer({ gpus: 2 });\n" });
    const { code, stdout, stderr } = await run('upgrade', 'old.ts');
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain("old.ts:2:15  gpus  →  write accelerator: 'gpu', devices: 2");
  });
});
