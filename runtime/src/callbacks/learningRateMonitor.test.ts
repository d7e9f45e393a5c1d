import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OptimizerConfig } from '../core/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import type * as tf from '../tf.js';
import { LearningRateMonitor, type LearningRateMonitorOptions } from './learningRateMonitor.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

type Configure = (module: TinyModule) => OptimizerConfig;

/** Two epochs of two batches; the rows of metrics.csv that have rates. */
async function rows(options: LearningRateMonitorOptions, configure: Configure, logEveryNSteps = 1) {
  const module = new TinyModule();
  Object.defineProperty(module, 'configureOptimizers', { value: () => configure(module) });
  const callbacks = new LearningRateMonitor(options);
  const trainer = quietTrainer({ callbacks, maxEpochs: 2, logEveryNSteps, enableCheckpointing: false });
  await trainer.fit(module, { trainDataloader: tinyLoaders({ batchSize: 12 }).trainDataloader });
  const [header = '', ...lines] = readFileSync(join(trainer.logDir ?? '', 'metrics.csv'), 'utf8')
    .trim()
    .split('\n');
  module.dispose();
  trainer.dispose();
  const columns = header.split(',');
  const read = (line: string) =>
    Object.fromEntries(line.split(',').flatMap((cell, index) => (cell ? [[columns[index] ?? '', Number(cell)]] : [])));
  const isRate = (row: Record<string, number>) => Object.keys(row).some((name) => name.startsWith('lr-'));
  return { rows: lines.map(read).filter(isRate), metrics: trainer.callbackMetrics, monitor: callbacks };
}

const sgd = (module: TinyModule) => new optim.SGD(module.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 0.01 });
const halving = (optimizer: optim.Optimizer) => new optim.StepLR(optimizer, { stepSize: 1, gamma: 0.5 });

describe('LearningRateMonitor', () => {
  // Recorded from PyTorch Lightning 2.6.6.
  it('logs at steps and epochs without a scheduler', async () => {
    const { rows: found } = await rows({}, sgd);
    expect(found.map(({ step }) => step)).toEqual([0, 0, 1, 2, 2, 3]);
  });

  it.each<[string, LearningRateMonitorOptions, 'step' | 'epoch', number[], number[]]>([
    ['at epochs, as the scheduler', {}, 'epoch', [0, 2], [0.1, 0.05]],
    ['at steps, as the scheduler', {}, 'step', [0, 1, 2, 3], [0.1, 0.05, 0.025, 0.0125]],
    ['at steps when asked to', { loggingInterval: 'step' }, 'epoch', [0, 1, 2, 3], [0.1, 0.1, 0.05, 0.05]],
    ['at epochs when asked to', { loggingInterval: 'epoch' }, 'step', [0, 2], [0.1, 0.025]],
  ])('logs %s', async (_name, options, interval, steps, rates) => {
    const { rows: found, metrics } = await rows(options, (module) => {
      const optimizer = sgd(module);
      return { optimizer, lrScheduler: { scheduler: halving(optimizer), interval } };
    });
    expect(found.map(({ step }) => step)).toEqual(steps);
    expect(found.map((row) => row['lr-SGD'])).toEqual(rates);
    expect(metrics['lr-SGD']).toBe(rates.at(-1));
  });

  it('keeps to logEveryNSteps', async () => {
    const { rows: found } = await rows({ loggingInterval: 'step' }, sgd, 2);
    expect(found.map(({ step }) => step)).toEqual([1, 3]);
  });

  it('logs momentum and weight decay when asked to', async () => {
    const { rows: found } = await rows({ logMomentum: true, logWeightDecay: true, loggingInterval: 'epoch' }, sgd);
    expect(found[0]).toEqual({ 'lr-SGD': 0.1, 'lr-SGD-momentum': 0.9, 'lr-SGD-weight_decay': 0.01, step: 0 });
  });

  it('takes the first beta for momentum, and warns where there is none', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const options = { logMomentum: true, loggingInterval: 'epoch' } as const;
    const adam = await rows(options, (module) => new optim.Adam(module.parameters(), { lr: 0.1 }));
    expect(adam.rows[0]).toMatchObject({ 'lr-Adam-momentum': 0.9 });
    expect(warn).not.toHaveBeenCalledWith(expect.stringContaining('momentum'));
    const adagrad = await rows(options, (module) => new optim.Adagrad(module.parameters(), { lr: 0.1 }));
    expect(adagrad.monitor.lastMomentumValues.get('lr-Adagrad-momentum')).toBe(0);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('do not have momentum'));
  });

  type Groups = (parameters: tf.Variable[]) => optim.ParamGroupInput<optim.SGDOptions>[];
  it.each<[string, Groups, string | null, string[]]>([
    [
      'groups by number',
      (p) => [{ params: p.slice(0, 1) }, { params: p.slice(1) }],
      null,
      ['lr-SGD/pg1', 'lr-SGD/pg2'],
    ],
    [
      'groups by name',
      (p) => [
        { params: p.slice(0, 1), name: 'a' },
        { params: p.slice(1), name: 'b' },
      ],
      null,
      ['lr-SGD/a', 'lr-SGD/b'],
    ],
    ['one group by name', (p) => [{ params: p, name: 'all' }], null, ['lr-SGD/all']],
    ['by the scheduler’s name', (p) => [{ params: p }], 'rate', ['rate']],
  ])('names %s', async (_name, groups, name, expected) => {
    const { monitor } = await rows({}, (module) => {
      const optimizer = new optim.SGD(groups(module.parameters()), { lr: 0.1 });
      return { optimizer, lrScheduler: { scheduler: halving(optimizer), name } };
    });
    expect([...monitor.lrs.keys()]).toEqual(expected);
  });

  it('refuses two groups of one name', async () => {
    const twice = rows({}, (module) => {
      const [first, ...others] = module.parameters();
      return new optim.SGD(
        [
          { params: first ? [first] : [], name: 'a' },
          { params: others, name: 'a' },
        ],
        { lr: 0.1 },
      );
    });
    await expect(twice).rejects.toThrow('duplicated parameter group names a');
  });

  it('needs a logger', async () => {
    const module = new TinyModule();
    const trainer = quietTrainer({ callbacks: new LearningRateMonitor(), logger: false, maxEpochs: 1 });
    await expect(trainer.fit(module, tinyLoaders())).rejects.toThrow('no logger');
    module.dispose();
  });

  it('refuses another interval', () => {
    expect(() => new LearningRateMonitor({ loggingInterval: 'batch' as 'step' })).toThrow("'step' or 'epoch'");
  });
});
