import { beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { HookName } from './hookTable.js';
import type { LogOptions } from './logOptions.js';
import { ResultCollection } from './results.js';

beforeAll(startTestEngine);

function collect(
  kind: 'training' | 'evaluation',
  hook: HookName,
  calls: [name: string, value: number, options?: LogOptions, batchSize?: number][],
) {
  const results = new ResultCollection(kind);
  for (const [name, value, options, batchSize = 1] of calls) {
    results.log({ hook, dataloaderIdx: undefined, batchSize: () => batchSize }, name, value, options ?? {});
  }
  return results;
}

describe('log', () => {
  it('counts as a step value in trainingStep', () => {
    const results = collect('training', 'trainingStep', [
      ['loss', 1],
      ['loss', 3],
    ]);
    expect(results.stepMetrics().logged).toEqual({ loss: 3 });
    expect(results.epochMetrics().logged).toEqual({});
  });

  it('counts as the epoch’s mean in validationStep, weighted by batch size', () => {
    const results = collect('evaluation', 'validationStep', [
      ['loss', 1, {}, 3],
      ['loss', 5, {}, 1],
    ]);
    expect(results.epochMetrics().logged).toEqual({ loss: 2 });
  });

  it('forks a name that is wanted on both', () => {
    const results = collect('training', 'trainingStep', [
      ['loss', 1, { onEpoch: true }],
      ['loss', 3, { onEpoch: true }],
    ]);
    expect(results.stepMetrics().callback).toEqual({ loss: 3, loss_step: 3 });
    expect(results.epochMetrics().callback).toEqual({ loss: 2, loss_epoch: 2 });
    expect(results.epochMetrics().logged).toEqual({ loss_epoch: 2 });
  });

  it.each([
    ['mean', 2],
    ['sum', 6],
    ['min', 1],
    ['max', 3],
  ] as const)('reduces by %s', (reduceFx, expected) => {
    const options = { reduceFx };
    const results = collect('evaluation', 'validationStep', [
      ['a', 2, options],
      ['a', 1, options],
      ['a', 3, options],
    ]);
    expect(results.epochMetrics().logged).toEqual({ a: expected });
  });

  it.each<[LogOptions['reduceFx'], number]>([
    ['AVG', 2],
    ['MAX', 3],
    [tf.mean, 2],
    [tf.sum, 6],
    [Math.min, 1],
  ])('takes a reduction in another form: %s', (reduceFx, expected) => {
    const calls = [2, 1, 3].map((value): [string, number, LogOptions] => [
      'a',
      value,
      { reduceFx: reduceFx as 'mean' },
    ]);
    expect(collect('evaluation', 'validationStep', calls).epochMetrics().logged).toEqual({ a: expected });
  });

  it('computes a metric object when its epoch value is wanted, and resets it after the epoch', () => {
    const metric = {
      seen: [] as number[],
      batchValue: 0,
      compute: () => metric.seen.reduce((sum, value) => sum + value, 0) / metric.seen.length,
      reset: () => metric.seen.splice(0),
    };
    const results = new ResultCollection('training');
    for (const value of [1, 5]) {
      metric.seen.push(value);
      metric.batchValue = value;
      results.log({ hook: 'trainingStep', dataloaderIdx: undefined, batchSize: () => 1 }, 'a', metric, {
        onEpoch: true,
      });
    }
    expect(results.stepMetrics().logged).toEqual({ a_step: 5 });
    expect(results.epochMetrics().logged).toEqual({ a_epoch: 3 });
    results.reset();
    expect(metric.seen).toEqual([]);
  });

  it('has no step value for a metric object that tells none', () => {
    const metric = { compute: () => 4, reset: () => undefined };
    const results = new ResultCollection('training');
    results.log({ hook: 'trainingStep', dataloaderIdx: undefined, batchSize: () => 1 }, 'a', metric, { onEpoch: true });
    expect([results.stepMetrics().logged, results.epochMetrics().logged]).toEqual([{}, { a_epoch: 4 }]);
  });

  it('takes what is for several processes', () => {
    const results = collect('training', 'trainingStep', [['a', 1, { syncDist: true, rankZeroOnly: true }]]);
    expect(results.stepMetrics().logged).toEqual({ a: 1 });
  });

  it('keeps the progress bar and the loggers apart', () => {
    const results = collect('training', 'trainingStep', [
      ['a', 1, { progBar: true, logger: false }],
      ['b', 2],
    ]);
    const { logged, progressBar } = results.stepMetrics();
    expect([logged, progressBar]).toEqual([{ b: 2 }, { a: 1 }]);
  });

  it('appends the loader where there are several', () => {
    const results = new ResultCollection('evaluation');
    for (const dataloaderIdx of [0, 1]) {
      results.log({ hook: 'validationStep', dataloaderIdx, batchSize: () => 1 }, 'a', dataloaderIdx, {});
    }
    expect(results.epochMetrics().logged).toEqual({ 'a/dataloader_idx_0': 0, 'a/dataloader_idx_1': 1 });
  });

  it('takes a tensor with one element', () => {
    const value = tf.tensor2d([[4]]);
    const results = new ResultCollection('training');
    results.log({ hook: 'trainingStep', dataloaderIdx: undefined, batchSize: () => 1 }, 'a', value, {});
    expect(results.stepMetrics().logged).toEqual({ a: 4 });
    value.dispose();
  });

  it.each<[string, HookName, unknown, LogOptions, string]>([
    ['a forbidden hook', 'setup', 1, {}, 'where nothing can be logged'],
    ['a step value once an epoch', 'onTrainEpochEnd', 1, { onStep: true }, 'called once an epoch'],
    ['a value that is never seen', 'trainingStep', 1, { onStep: false, onEpoch: false }, 'would never be seen'],
    ['text', 'trainingStep', 'x', {}, 'was given string'],
    ['no epoch value once an epoch', 'onTrainStart', 1, { onEpoch: false }, 'called once an epoch'],
    ['a misspelt option', 'trainingStep', 1, { onstep: true } as object, 'Did you mean `onStep`?'],
    ['a reduction of one’s own', 'trainingStep', 1, { reduceFx: (values: number[]) => values[0] }, 'a function'],
    ['an unknown reduction', 'trainingStep', 1, { reduceFx: 'median' as 'mean' }, "'mean', 'sum', 'min', 'max'"],
  ])('refuses %s', (_name, hook, value, options, message) => {
    const results = new ResultCollection('training');
    expect(() =>
      results.log({ hook, dataloaderIdx: undefined, batchSize: () => 1 }, 'a', value as number, options),
    ).toThrow(message);
  });

  it('refuses a name that looks like one of several loaders', () => {
    expect(() => collect('training', 'trainingStep', [['a/dataloader_idx_0', 1]])).toThrow('/dataloader_idx_');
  });

  it('refuses to mix several loaders under one name', () => {
    const results = new ResultCollection('evaluation');
    const log = (dataloaderIdx: number) =>
      results.log({ hook: 'validationStep', dataloaderIdx, batchSize: () => 1 }, 'a', 1, { addDataloaderIdx: false });
    log(0);
    expect(() => log(1)).toThrow('addDataloaderIdx');
  });

  it('tells the step values of one loader at a time', () => {
    const results = new ResultCollection('evaluation');
    for (const dataloaderIdx of [0, 1]) {
      const site = { hook: 'validationStep', dataloaderIdx, batchSize: () => 1 } as const;
      results.log(site, 'a', dataloaderIdx, { onStep: true, onEpoch: false });
    }
    expect(results.stepMetrics(1).logged).toEqual({ 'a/dataloader_idx_1': 1 });
  });

  it('refuses one name with two meanings in one hook', () => {
    expect(() =>
      collect('training', 'trainingStep', [
        ['a', 1],
        ['a', 1, { onEpoch: true }],
      ]),
    ).toThrow('different arguments');
  });
});
