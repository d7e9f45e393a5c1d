import { beforeAll, describe, expect, it } from 'vitest';
import type { LogOptions } from '../core/index.js';
import { Logger } from '../loggers/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { extractBatchSize } from './batchSize.js';

beforeAll(startTestEngine);

type Row = readonly [step: number, metrics: Readonly<Record<string, number>>];

class RowLogger extends Logger {
  readonly rows: Row[] = [];
  readonly name = 'rows';
  readonly version = 0;
  logMetrics(metrics: Readonly<Record<string, number>>, step: number): void {
    this.rows.push([step, metrics]);
  }
  logHyperparams(): void {}
}

/** The rows of one epoch of three batches in which each step and each validation step logs these. */
async function rowsOf(
  train: readonly [string, number, LogOptions?][],
  validation: readonly [string, number, LogOptions?][] = [],
): Promise<Row[]> {
  const logger = new RowLogger();
  const module = new (class extends TinyModule {
    override log(name: string, value: number, options?: LogOptions): void {
      if (!name.endsWith('_loss')) super.log(name, value, options);
    }
    override trainingStep(batch: never, batchIdx: number) {
      for (const each of train) this.log(...each);
      return super.trainingStep(batch, batchIdx);
    }
    override validationStep(): unknown {
      for (const each of validation) this.log(...each);
      return undefined;
    }
  })();
  await quietTrainer({
    maxEpochs: 1,
    limitTrainBatches: 3,
    limitValBatches: 2,
    logEveryNSteps: 2,
    logger,
    enableRunEvents: false,
    enableCheckpointing: false,
    numSanityValSteps: 0,
  }).fit(module, tinyLoaders());
  module.dispose();
  return logger.rows;
}

describe('rows for the loggers', () => {
  it('come after each n-th step and at the epoch’s end, with the epoch', async () => {
    expect(await rowsOf([['a', 7, { onEpoch: true }]])).toEqual([
      [1, { a_step: 7, epoch: 0 }],
      [2, { a_epoch: 7, epoch: 0 }],
    ]);
  });

  it('have the x-axis that was logged as `step`, and no epoch then', async () => {
    const rows = await rowsOf([
      ['step', 40.5],
      ['a', 1],
    ]);
    expect(rows).toEqual([[40, { a: 1 }]]);
  });

  it('have the epoch that was logged', async () => {
    expect(await rowsOf([['epoch', 9]])).toEqual([[1, { epoch: 9 }]]);
  });

  it('of validation steps count their own steps, and tell no epoch', async () => {
    const rows = await rowsOf([], [['v', 3, { onStep: true, onEpoch: true }]]);
    expect(rows).toEqual([
      [0, { v_step: 3 }],
      [1, { v_step: 3 }],
      [2, { v_epoch: 3, epoch: 0 }],
    ]);
  });
});

describe('log with logger: true', () => {
  it('warns when there is no logger', async () => {
    const warned = new Promise<Error>((resolve) => {
      process.on('warning', (warning) => warning.message.includes('no logger configured') && resolve(warning));
    });
    const module = new (class extends TinyModule {
      override onTrainStart(): void {
        this.log('a', 1, { logger: true });
      }
    })();
    await quietTrainer({ maxEpochs: 1, logger: false, enableCheckpointing: false }).fit(module, tinyLoaders());
    expect((await warned).message).toContain("log('a'");
    module.dispose();
  });
});

describe('the size of a batch', () => {
  const pair = () => [tf.zeros([3, 2]), tf.zeros([3])];
  it.each<[string, () => unknown, number]>([
    ['the first dimension of a tensor', () => tf.zeros([5, 2]), 5],
    ['1 for a number in a tensor', () => tf.scalar(1), 1],
    ['of a list', pair, 3],
    ['of an object in a Map', () => new Map([['a', { x: tf.zeros([4]) }]]), 4],
    ['of a list without tensors', () => ['a', 'b'], 2],
  ])('is %s', (_name, batch, size) => {
    const warnings: string[] = [];
    const found = tf.tidy(() => extractBatchSize(batch(), 'a', (message) => warnings.push(message)));
    expect([found, warnings.length > 0]).toEqual([size, false]);
  });

  it.each([
    ['tensors of several sizes', () => [tf.zeros([2]), tf.zeros([3])]],
    ['something else beside tensors', () => [tf.zeros([2]), 'text']],
  ])('is told to be a guess for %s', (_name, batch) => {
    const warnings: string[] = [];
    expect(tf.tidy(() => extractBatchSize(batch(), 'a', (message) => warnings.push(message)))).toBe(2);
    expect(warnings).toEqual([expect.stringContaining('ambiguous collection. The batch size we found is 2')]);
  });

  it('must be given where nothing tells it', () => {
    expect(() => extractBatchSize({ text: 'x' }, 'a', () => undefined)).toThrow('batchSize');
  });
});
