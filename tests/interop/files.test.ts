import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Checkpoint, RunEvent, TensorData } from 'lightning-tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toWireNumber, unpackMetrics } from '../../runtime/src/protocol/index.js';
import { lightning } from '../cli/lightning.js';
import { type PythonCheckpoint, type PythonRun, pythonOrReason, readByPython } from './python.js';

const python = pythonOrReason();
const DIGITS = fileURLToPath(new URL('../../examples/digits/digits.ts', import.meta.url));
const UNUSUAL = fileURLToPath(new URL('./fixtures/unusual.ts', import.meta.url));
const NUMPY_TYPES = { float32: 'float32', int32: 'int32', bool: 'bool' } as const;

const { readCheckpoint } = (await import(new URL('../../runtime/dist/index.js', import.meta.url).href)) as {
  readCheckpoint(path: string): Promise<Checkpoint>;
};

/** A run's files, as Python reads them and as we do. */
interface BothReadings {
  readonly run: PythonRun;
  readonly file: PythonCheckpoint;
  readonly ours: Checkpoint;
}

async function trainAndRead(file: string, folder: string, ...options: string[]): Promise<BothReadings> {
  const args = ['fit', file, '--trainer.maxEpochs', '1', '--trainer.defaultRootDir', folder, '--seedEverything', '5'];
  const { code, stderr } = await lightning([...args, ...options], folder);
  expect(code, stderr).toBe(0);
  const directory = join(folder, 'lightning_logs', 'version_0');
  const run = await readByPython(python ?? '', directory);
  const [[name, found] = []] = Object.entries(run.checkpoints);
  if (name === undefined || found === undefined) throw new Error(`${directory} has no checkpoint.`);
  return { run, file: found, ours: await readCheckpoint(join(directory, 'checkpoints', name)) };
}

/** A tensor of ours in the form in which Python's are told. */
function told({ dtype, shape, data }: TensorData) {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  return { dtype: NUMPY_TYPES[dtype], shape: [...shape], bytes };
}

/** All tensors of a checkpoint as we read it, under the names that the file should give them. */
function tensorsOf({ state_dict: weights, optimizer_states: optimizers }: Checkpoint): Map<string, TensorData> {
  const tensors = new Map(Object.entries(weights).map(([name, tensor]) => [`state_dict.${name}`, tensor]));
  for (const [index, optimizer] of (optimizers ?? []).entries()) {
    const { state } = optimizer as { state: Record<string, { slots: Record<string, TensorData> }> };
    for (const [parameter, { slots }] of Object.entries(state)) {
      for (const [slot, tensor] of Object.entries(slots))
        tensors.set(`optimizer_states.${index}.${slot}.${parameter}`, tensor);
    }
  }
  return tensors;
}

/** The rows that the event stream tells, in the form of a CSV reader's. */
function rowsOf(events: PythonRun['events'], header: readonly string[]): Record<string, unknown>[] {
  // Checked by the test: these are the lines that we wrote.
  const metrics = (events as unknown as readonly RunEvent[]).filter((event) => event.type === 'metrics');
  return metrics.flatMap((event) => {
    const { count, step, epoch, series } = unpackMetrics(event);
    const all: Record<string, unknown>[] = Array.from({ length: count }, (_, row) => ({
      step: step[row],
      epoch: epoch[row],
    }));
    for (const [name, column] of series) {
      for (const [i, row] of column.rows.entries())
        Object.assign(all[row] ?? {}, { [name]: toWireNumber(column.values[i] as number) });
    }
    return all.map((row) => Object.fromEntries(header.map((name) => [name, row[name] ?? null])));
  });
}

describe.skipIf(!python)('files of a run, opened by Python', () => {
  const folders: string[] = [];
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'lightning-interop-')));
    return folders.at(-1) ?? '';
  };
  let digits: BothReadings;
  let unusual: BothReadings;

  beforeAll(async () => {
    const few = ['--trainer.limitTrainBatches', '6', '--trainer.limitValBatches', '2', '--trainer.logEveryNSteps', '2'];
    digits = await trainAndRead(DIGITS, folder(), ...few);
    unusual = await trainAndRead(UNUSUAL, folder(), '--trainer.logEveryNSteps', '1');
  });

  afterAll(() => {
    for (const path of folders) rmSync(path, { recursive: true, force: true });
  });

  it('the checkpoint has the weights and the optimizer’s slots by name, in shape', () => {
    const shapes = Object.entries(digits.file.tensors).map(([name, { dtype, shape }]) => [name, dtype, shape]);
    const weights = { 'net.0.kernel': [64, 64], 'net.0.bias': [64], 'net.1.kernel': [64, 10], 'net.1.bias': [10] };
    const places = ['state_dict', 'optimizer_states.0.exp_avg', 'optimizer_states.0.exp_avg_sq'];
    const expected = places.flatMap((place) =>
      Object.entries(weights).map(([name, shape]) => [`${place}.${name}`, 'float32', shape]),
    );
    expect(shapes.sort()).toEqual(expected.sort());
  });

  it.each([
    { what: 'an example', get: () => digits },
    { what: 'odd names and numbers', get: () => unusual },
  ])('the checkpoint has the very bytes that we read back: $what', ({ get }) => {
    const { file, ours } = get();
    const expected = [...tensorsOf(ours)].map(([name, tensor]) => [name, told(tensor)]);
    expect(expected.length).toBeGreaterThan(0);
    expect(file.tensors).toMatchObject(Object.fromEntries(expected));
  });

  it('the checkpoint’s other fields are JSON in one key of its metadata', () => {
    const { metadataKeys, lightning: found } = digits.file;
    expect(metadataKeys).toEqual(['lightning']);
    expect(found).toMatchObject({
      format: 1,
      checkpoint: {
        epoch: 0,
        global_step: 6,
        hparams_name: 'hparams',
        hyper_parameters: { lr: 2e-3, hidden: 64 },
        optimizer_states: [
          {
            name: 'Adam',
            state: {
              'net.0.kernel': { step: 6, slots: { exp_avg: { $tensor: 'optimizer_states.0.exp_avg.net.0.kernel' } } },
            },
          },
        ],
      },
    });
  });

  it('the checkpoint may hold tensors of every kind, anywhere', () => {
    const { file, ours } = unusual;
    const shapes = Object.entries(file.tensors).map(([name, { dtype, shape }]) => `${name}: ${dtype}[${shape}]`);
    expect(shapes.sort()).toEqual(
      [
        'state_dict.größe 測試: float32[3]',
        'state_dict.parts.a.b: int32[]',
        'state_dict.parts.on: bool[1,2]',
        'state_dict.notFinite: float32[6]',
        'state_dict.nothing: float32[0,3]',
        'optimizer_states.0.momentum_buffer.größe 測試: float32[3]',
        'own.mask: bool[3]',
        'own.counts: int32[2,1]',
      ].sort(),
    );
    const own = ours.own as { mask: TensorData; counts: TensorData }; // by the fixture
    expect(file.tensors['own.mask']).toEqual(told(own.mask));
    expect(file.tensors['own.counts']).toEqual(told(own.counts));
    expect(file.lightning.checkpoint.own).toEqual({
      mask: { $tensor: 'own.mask' },
      counts: { $tensor: 'own.counts' },
      small: { $array: ['Float64Array', 0.1, { $number: 'NaN' }] },
      score: { $number: 'NaN' },
      note: 'NaN',
    });
  });

  it.each([
    {
      what: 'an example',
      get: () => digits,
      header: ['epoch', 'step', 'train_acc', 'train_loss_epoch', 'train_loss_step', 'val_acc', 'val_loss'],
      rows: 5,
    },
    { what: 'odd names and numbers', get: () => unusual, header: ['epoch', 'late', 'loss, "quoted"', 'step'], rows: 6 },
  ])('metrics.csv has the rows that the run’s events tell: $what', ({ get, header, rows }) => {
    const { metrics, events } = get().run;
    expect(metrics.header).toEqual(header);
    expect(metrics.rows).toHaveLength(rows);
    expect(metrics.rows).toEqual(rowsOf(events, header));
  });

  it('metrics.csv has numbers that are not finite', () => {
    const values = unusual.run.metrics.rows.map((row) => row['loss, "quoted"']);
    expect(values.slice(0, 5)).toEqual([expect.closeTo(0.1), 'nan', 'inf', '-inf', expect.closeTo(1e-20, 25)]);
  });

  it('hparams.yaml has the hyperparameters of module and data', () => {
    expect(digits.run.hparams).toEqual({ batchSize: 32, seed: 1, lr: 2e-3, hidden: 64 });
  });

  it('hparams.yaml keeps numbers numbers and texts texts', () => {
    const { hyper_parameters: expected } = unusual.ours;
    expect(unusual.run.hparams).toEqual({ ...expected, limit: 'inf' });
  });

  it('run.ndjson is strict JSON, line by line, from the start of the run to its end', () => {
    const types = digits.run.events.map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(['run-started', 'run-ended']);
    expect(types).toEqual(expect.arrayContaining(['stage', 'progress', 'metrics', 'checkpoint']));
    expect(digits.run.events.at(-1)).toMatchObject({ reason: 'finished', globalStep: 6 });
  });
});
