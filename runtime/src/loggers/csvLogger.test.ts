import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CSVLogger } from './index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lightning-csv-'));
});

const csv = (logger: CSVLogger) => readFileSync(join(logger.logDir, 'metrics.csv'), 'utf8');

describe('CSVLogger', () => {
  it('sorts its columns and leaves missing values blank', async () => {
    const logger = new CSVLogger(root);
    logger.logMetrics({ train_loss: 0.5, epoch: 0 }, 0);
    logger.logMetrics({ acc: 1, epoch: 0 }, 1);
    await logger.save();
    expect(csv(logger)).toBe('acc,epoch,step,train_loss\n,0,0,0.5\n1,0,1,\n');
  });

  it('adds a column to the rows that are written already', async () => {
    const logger = new CSVLogger(root);
    logger.logMetrics({ b: 1 }, 0);
    await logger.save();
    logger.logMetrics({ a: 2, b: 3 }, 1);
    await logger.save();
    expect(csv(logger)).toBe('a,b,step\n,1,0\n2,3,1\n');
  });

  it('writes what is not finite as Python does', async () => {
    const logger = new CSVLogger(root);
    logger.logMetrics({ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY }, 0);
    await logger.save();
    expect(csv(logger)).toBe('a,b,c,step\nnan,inf,-inf,0\n');
  });

  it('quotes names with commas', async () => {
    const logger = new CSVLogger(root);
    logger.logMetrics({ 'a,"b"': 1 }, 0);
    await logger.save();
    expect(csv(logger)).toBe('"a,""b""",step\n1,0\n');
  });

  it.each<[string, ConstructorParameters<typeof CSVLogger>[1], string]>([
    ['counts versions up', {}, 'lightning_logs/version_3'],
    ['takes a version', { version: 1 }, 'lightning_logs/version_1'],
    ['takes a text as it is', { version: 'trial' }, 'lightning_logs/trial'],
    ['takes a name', { name: 'exp' }, 'exp/version_0'],
    ['drops the level of an empty name', { name: '', version: 5 }, 'version_5'],
  ])('%s', (_name, options, folder) => {
    mkdirSync(join(root, 'lightning_logs/version_2'), { recursive: true });
    expect(new CSVLogger(root, options).logDir).toBe(join(root, folder));
  });

  it('writes hparams.yaml only when there are some', async () => {
    const logger = new CSVLogger(root);
    await logger.save();
    expect(existsSync(join(logger.logDir, 'hparams.yaml'))).toBe(false);
    logger.logHyperparams({ lr: 0.001, layers: [1, 2], name: 'a: b' });
    await logger.save();
    expect(readFileSync(join(logger.logDir, 'hparams.yaml'), 'utf8')).toBe(
      'lr: 0.001\nlayers:\n  - 1\n  - 2\nname: "a: b"\n',
    );
  });

  it('refuses a version that leaves its folder', () => {
    expect(() => new CSVLogger(root, { version: '../other' })).toThrow('a count, or a folder name');
  });

  it('warns once when it cannot write, and never throws into training', async () => {
    writeFileSync(join(root, 'lightning_logs'), 'a file where a folder is wanted');
    const logger = new CSVLogger(root, { version: 0 });
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    logger.logMetrics({ a: 1 }, 0);
    logger.saveSoon();
    expect((await warned).message).toContain('training goes on without it');
    await logger.finalize('success');
  });

  it('writes by itself after so many steps, and counts rows that have no step', async () => {
    const logger = new CSVLogger(root, { flushLogsEveryNSteps: 2 });
    logger.logMetrics({ a: 1 });
    logger.logMetrics({ a: 2 }); // the second: written in the background
    await vi.waitFor(() => expect(csv(logger)).toBe('a,step\n1,0\n2,1\n'));
  });

  it('refuses to write after no steps', () => {
    expect(() => new CSVLogger(root, { flushLogsEveryNSteps: 0 })).toThrow('at least 1');
  });

  it('replaces the metrics of an earlier run, with a warning', async () => {
    const folder = join(root, 'lightning_logs/version_0');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'metrics.csv'), 'old,step\n1,0\n');
    const logger = new CSVLogger(root, { version: 0 });
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    logger.logMetrics({ a: 1 }, 0);
    await logger.save();
    expect(csv(logger)).toBe('a,step\n1,0\n');
    expect((await warned).message).toContain('exists and is not empty');
  });

  it('tries again what could not be written, and writes nothing twice', async () => {
    const logger = new CSVLogger(root, { version: 0 });
    writeFileSync(join(root, 'lightning_logs'), 'a file where a folder is wanted');
    logger.logMetrics({ a: 1 }, 0);
    await expect(logger.save()).rejects.toThrow();
    rmSync(join(root, 'lightning_logs'));
    logger.logMetrics({ a: 2 }, 1);
    await logger.save();
    expect(csv(logger)).toBe('a,step\n1,0\n2,1\n');
  });

  it('adds hyperparameters to those of before', async () => {
    const logger = new CSVLogger(root);
    logger.logHyperparams({ a: 1 });
    await logger.save();
    logger.logHyperparams({ b: 2 });
    await logger.save();
    expect(readFileSync(join(logger.logDir, 'hparams.yaml'), 'utf8')).toBe('a: 1\nb: 2\n');
  });
});
