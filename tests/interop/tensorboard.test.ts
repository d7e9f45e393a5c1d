import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SummaryWriter as Writer } from 'lightning-tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lightning } from '../cli/lightning.js';
import { type PythonEvents, type PythonRun, pythonOrReason, readByPython, readEventsByPython } from './python.js';

const python = pythonOrReason();
const DIGITS = fileURLToPath(new URL('../../examples/digits/digits.ts', import.meta.url));
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const runtime = (name: string) => import(new URL(`../../runtime/dist/${name}.js`, import.meta.url).href);
const { SummaryWriter } = (await runtime('index')) as { SummaryWriter: new (directory: string) => Writer };
const { tensor, ready } = (await runtime('tf')) as typeof import('lightning-tfjs').tf;

describe.skipIf(!python)('event files, opened by TensorBoard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lightning-tensorboard-'));
  let run: PythonRun;
  let ofRun: PythonEvents;
  let written: PythonEvents;

  beforeAll(async () => {
    const few = ['--trainer.limitTrainBatches', '6', '--trainer.limitValBatches', '2', '--trainer.logEveryNSteps', '2'];
    const args = ['fit', DIGITS, '--trainer.maxEpochs', '1', '--trainer.defaultRootDir', folder, ...few];
    const { code, stderr } = await lightning(args, folder);
    expect(code, stderr).toBe(0);
    const directory = join(folder, 'lightning_logs', 'version_0');
    run = await readByPython(python ?? '', directory);
    ofRun = await readEventsByPython(python ?? '', directory);
    await ready();
    const place = join(folder, 'written');
    const writer = new SummaryWriter(place);
    const picture = tensor([0, 0.25, 0.5, 0.75, 1, 2], [1, 2, 3]);
    writer.addScalar('odd', Number.NaN, 2 ** 33);
    writer.addImage('picture', picture, 3);
    writer.addHistogram('counts', [1, 2, 2, 10], 4, { bins: [0, 1.5, 3, 20] });
    writer.addText('note', '# größe');
    writer.addHparamsHere({ lr: 0.1, name: 'x', on: true }, ['acc']);
    await writer.close();
    picture.dispose();
    written = await readEventsByPython(python ?? '', place);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have a run’s metrics, the same as metrics.csv', () => {
    const { header, rows } = run.metrics;
    const expected = header
      .filter((name) => name !== 'step')
      .map((name) => [
        name,
        rows.flatMap((row) => (row[name] === null ? [] : [[row.step, expect.closeTo(Number(row[name]), 5)]])),
      ]);
    expect(ofRun.scalars).toEqual({ ...Object.fromEntries(expected), hp_metric: [[0, -1]] });
  });

  it('have a run’s hyperparameters', () => {
    expect(ofRun.hparams).toEqual({
      metrics: ['hp_metric'],
      types: { lr: 3, hidden: 3, batchSize: 3, seed: 3 },
      values: { lr: 2e-3, hidden: 64, batchSize: 32, seed: 1 },
      status: 1,
    });
  });

  it('have odd numbers and large steps', () => {
    expect(written.scalars).toEqual({ odd: [[2 ** 33, 'nan']] });
  });

  it('have pictures', () => {
    const [[step, width, height, file] = []] = written.images.picture ?? [];
    expect([step, width, height]).toEqual([3, 3, 2]);
    expect(Buffer.from(file ?? '', 'base64').subarray(0, 8)).toEqual(PNG);
  });

  it('have histograms, texts and hyperparameters of every kind', () => {
    expect(written.histograms).toEqual({
      counts: [{ step: 4, num: 4, limits: [0, 1.5, 3, 20], counts: [0, 1, 2, 1] }],
    });
    expect(written.texts).toMatchObject({ 'note/text_summary': ['# größe'] });
    expect(written.hparams).toEqual({
      metrics: ['acc'],
      types: { lr: 3, name: 1, on: 2 },
      values: { lr: 0.1, name: 'x', on: true },
      status: 1,
    });
  });
});
