import { describe, expect, it } from 'vitest';
import { checkOption } from '../trainer/options.js';
import { TRAINER_OPTIONS } from '../trainer/optionTable.js';
import { parseArgs, type RunRequest } from './args.js';
import { UsageError } from './errors.js';

const parse = (...argv: string[]) => parseArgs(argv, { options: TRAINER_OPTIONS, check: checkOption });

async function parseRun(...argv: string[]): Promise<RunRequest> {
  const request = await parse('fit', 'lit.ts', ...argv);
  if (request.kind !== 'run') throw new Error(`parsed as ${request.kind}`);
  return request;
}

async function usageError(...argv: string[]): Promise<string> {
  const error = await parse(...argv).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message; // checked above
}

describe('parseArgs', () => {
  it.each<{ argv: string[]; expected: Partial<RunRequest> }>([
    { argv: [], expected: { command: 'fit', file: 'lit.ts', trainer: {}, quickstart: false, verbose: false } },
    {
      argv: ['--class', 'A', '--data=B', '--ckpt', 'last'],
      expected: { className: 'A', dataName: 'B', ckptPath: 'last' },
    },
    { argv: ['--seedEverything', '42', '--channel', 'ipc'], expected: { seed: 42, channel: 'ipc' } },
    { argv: ['--quickstart', '--verbose'], expected: { quickstart: true, verbose: true } },
    {
      argv: ['--trainer.maxEpochs', '3', '--trainer.maxSteps=-1'],
      expected: { trainer: { maxEpochs: 3, maxSteps: -1 } },
    },
    { argv: ['--trainer.maxSteps', '-1'], expected: { trainer: { maxSteps: -1 } } },
    { argv: ['--trainer.maxEpochs', '1', '--trainer.maxEpochs', '2'], expected: { trainer: { maxEpochs: 2 } } },
    { argv: ['--trainer.limitTrainBatches', '25%'], expected: { trainer: { limitTrainBatches: '25%' } } },
    { argv: ['--trainer.limitTrainBatches', '0.5'], expected: { trainer: { limitTrainBatches: 0.5 } } },
    { argv: ['--trainer.gradientClipVal', '1e-3'], expected: { trainer: { gradientClipVal: 1e-3 } } },
    { argv: ['--trainer.checkValEveryNEpoch', 'null'], expected: { trainer: { checkValEveryNEpoch: null } } },
    { argv: ['--trainer.logger', 'false'], expected: { trainer: { logger: false } } },
    { argv: ['--trainer.defaultRootDir', '2024'], expected: { trainer: { defaultRootDir: '2024' } } },
    { argv: ['--trainer.fastDevRun'], expected: { trainer: { fastDevRun: true } } },
    { argv: ['--trainer.fastDevRun', '3'], expected: { trainer: { fastDevRun: 3 } } },
    { argv: ['--trainer.fastDevRun', '--verbose'], expected: { trainer: { fastDevRun: true }, verbose: true } },
    { argv: ['--trainer.enableProgressBar', 'false'], expected: { trainer: { enableProgressBar: false } } },
  ])('reads $argv', async ({ argv, expected }) => {
    expect(await parseRun(...argv)).toMatchObject(expected);
  });

  it.each([
    { argv: [], expected: { stats: false, json: false, verbose: false } },
    { argv: ['--stats', '--json'], expected: { stats: true, json: true, verbose: false } },
  ])('reads inspect with $argv', async ({ argv, expected }) => {
    expect(await parse('inspect', 'a.ckpt', ...argv)).toEqual({ kind: 'inspect', file: 'a.ckpt', ...expected });
  });

  it('lets a flag stand before the file', async () => {
    expect(await parse('fit', '--trainer.fastDevRun', 'lit.ts')).toMatchObject({
      file: 'lit.ts',
      trainer: { fastDevRun: true },
    });
  });

  it.each<{ raw: string; value: unknown }>([
    { raw: '3', value: 3 },
    { raw: '-0.5', value: -0.5 },
    { raw: '1e-3', value: 1e-3 },
    { raw: '.inf', value: Number.POSITIVE_INFINITY },
    { raw: 'true', value: true },
    { raw: 'False', value: false },
    { raw: 'null', value: null },
    { raw: 'adam', value: 'adam' },
    { raw: '25%', value: '25%' },
    { raw: '#fff', value: '#fff' },
    { raw: 'a: b', value: 'a: b' },
    { raw: '00:12:00:00', value: '00:12:00:00' },
    { raw: '1.2.3', value: '1.2.3' },
    { raw: '"3"', value: '3' },
    { raw: '[0, 1]', value: [0, 1] },
    { raw: '[a, b]', value: ['a', 'b'] },
    { raw: '{a: 1, "b": [true]}', value: { a: 1, b: [true] } },
  ])('reads the hyperparameter $raw', async ({ raw, value }) => {
    const { model } = await parseRun('--model.x', raw);
    expect(model.get('x')).toEqual({ raw, value });
  });

  it('keeps paths of the model and the data apart', async () => {
    const { model, data } = await parseRun('--model.net.units=8', '--data.batchSize', '4', '--model.flag');
    expect([...model]).toEqual([
      ['net.units', { raw: '8', value: 8 }],
      ['flag', { raw: 'true', value: true }],
    ]);
    expect([...data.keys()]).toEqual(['batchSize']);
  });

  it.each([
    { argv: ['--help'], kind: 'help' },
    { argv: ['fit', '-h'], kind: 'help' },
    { argv: ['--version'], kind: 'version' },
    { argv: ['-v'], kind: 'version' },
  ])('takes $argv for $kind', async ({ argv, kind }) => {
    expect(await parse(...argv)).toEqual({ kind });
  });

  it.each([
    { argv: [], text: 'No command was given.' },
    { argv: ['fitt', 'lit.ts'], text: 'Did you mean `fit`?' },
    { argv: ['lit.ts'], text: 'Write lightning fit lit.ts.' },
    { argv: ['test'], text: '`test` was given no FILE.' },
    { argv: ['fit', 'a.ts', 'b.ts'], text: '`b.ts` is one argument too many.' },
    { argv: ['fit', 'a.ts', '--trainer.maxEpoch', '3'], text: 'Did you mean `maxEpochs`?' },
    { argv: ['fit', 'a.ts', '--trainer.max_epochs', '3'], text: 'Did you mean `maxEpochs`?' },
    { argv: ['fit', 'a.ts', '--trainer.maxEpochs', 'three'], text: '`maxEpochs` is' },
    { argv: ['fit', 'a.ts', '--trainer.maxEpochs'], text: '`--trainer.maxEpochs` has no value.' },
    { argv: ['fit', 'a.ts', '--maxEpochs', '3'], text: 'Did you mean `--trainer.maxEpochs`?' },
    { argv: ['fit', 'a.ts', '--ckptPath', 'x'], text: 'Did you mean `--ckpt`?' },
    { argv: ['fit', 'a.ts', '--clas', 'x'], text: 'Did you mean `--class`?' },
    { argv: ['fit', 'a.ts', '--seed', '1'], text: 'There is no option `--seed`.' },
    { argv: ['fit', 'a.ts', '--verbose=yes'], text: '`--verbose` takes no value' },
    { argv: ['fit', 'a.ts', '--class'], text: '`--class` has no value.' },
    { argv: ['fit', 'a.ts', '--seedEverything', '-1'], text: '`--seedEverything` is -1.' },
    { argv: ['fit', 'a.ts', '--channel', 'tcp'], text: '`--channel` is tcp.' },
    { argv: ['fit', 'a.ts', '--stats'], text: '`--stats` does not go with `fit`' },
    { argv: ['inspect'], text: 'Write lightning inspect FILE, a .ckpt' },
    {
      argv: ['inspect', 'a.ckpt', '--trainer.maxEpochs', '1'],
      text: '`--trainer.maxEpochs` does not go with `inspect`',
    },
    { argv: ['inspect', 'a.ckpt', '--seedEverything', '1'], text: '`--seedEverything` does not go with `inspect`' },
    { argv: ['test', 'a.ts', '--quickstart'], text: 'does not go with `test`' },
    { argv: ['fit', 'a.ts', '--model.x', '[1'], text: '`--model.x` is [1, which cannot be read.' },
  ])('refuses $argv', async ({ argv, text }) => {
    expect(await usageError(...argv)).toContain(text);
  });
});
