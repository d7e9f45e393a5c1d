import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import type { TrainerOptions } from '../trainer/index.js';
import { EarlyStopping, type EarlyStoppingOptions } from './earlyStopping.js';
import { fitScripted, Scripted } from './testing/scripted.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

type Options = Omit<EarlyStoppingOptions, 'monitor'>;

async function run(options: Options, values: readonly number[], trainerOptions: TrainerOptions = {}) {
  const stopping = new EarlyStopping({ monitor: 'val_loss', ...options });
  const module = new Scripted(values);
  await fitScripted(module, { callbacks: stopping, maxEpochs: 8, ...trainerOptions }).finally(() => module.dispose());
  const { waitCount, stoppedEpoch, bestScore, stoppingReason } = stopping;
  return [waitCount, stoppedEpoch, bestScore, stoppingReason];
}

const INFINITY = Number.POSITIVE_INFINITY;

describe('EarlyStopping', () => {
  // Recorded from PyTorch Lightning 2.6.6.
  it.each<[string, Options, number[], unknown[]]>([
    ['stops after `patience` checks', {}, [5, 4, 4], [3, 4, 4, 'PATIENCE_EXHAUSTED']],
    ['stops at once with patience 0', { patience: 0 }, [5, 4, 4.5], [1, 2, 4, 'PATIENCE_EXHAUSTED']],
    ['goes on while it improves', {}, [9, 8, 7, 6, 5, 4, 3, 2], [0, 0, 2, 'NOT_STOPPED']],
    ['asks for `minDelta`', { minDelta: 0.5 }, [5, 4.8, 4.6, 4.4, 4.2, 4.0, 3.9], [3, 6, 4.4, 'PATIENCE_EXHAUSTED']],
    ['looks for a maximum', { mode: 'max', patience: 2 }, [1, 2, 2], [2, 3, 2, 'PATIENCE_EXHAUSTED']],
    [
      'asks for `minDelta` upwards',
      { mode: 'max', minDelta: 0.1, patience: 2 },
      [1, 1.05, 1.3, 1.35, 1.4],
      [2, 4, 1.3, 'PATIENCE_EXHAUSTED'],
    ],
    ['stops at NaN', {}, [Number.NaN, 3], [0, 0, INFINITY, 'NON_FINITE_METRIC']],
    ['counts NaN', { checkFinite: false }, [5, Number.NaN, 3, 3], [3, 5, 3, 'PATIENCE_EXHAUSTED']],
    ['stops below a threshold', { stoppingThreshold: 1 }, [5, 1, 1, 0.5], [1, 3, 1, 'STOPPING_THRESHOLD']],
    ['stops above another', { divergenceThreshold: 10 }, [5, 4, 11], [0, 2, 4, 'DIVERGENCE_THRESHOLD']],
    [
      'stops below the other when looking for a maximum',
      { divergenceThreshold: 0, mode: 'max' },
      [5, 6, -1],
      [0, 2, 6, 'DIVERGENCE_THRESHOLD'],
    ],
  ])('%s', async (_name, options, values, expected) => {
    expect(await run(options, values)).toEqual(expected);
  });

  it.each<[string, Options, TrainerOptions, unknown[]]>([
    ['goes on checking until minEpochs', { patience: 1 }, { minEpochs: 5 }, [4, 4, 5, 'PATIENCE_EXHAUSTED']],
    ['checks each validation', { patience: 2 }, { checkValEveryNEpoch: 2 }, [2, 5, 5, 'PATIENCE_EXHAUSTED']],
    ['checks several in an epoch', { patience: 3 }, { valCheckInterval: 2 }, [3, 1, 5, 'PATIENCE_EXHAUSTED']],
    [
      'checks at the end of training epochs when asked to',
      { patience: 2, checkOnTrainEpochEnd: true },
      { valCheckInterval: 2 },
      [2, 2, 5, 'PATIENCE_EXHAUSTED'],
    ],
    ['does not check in a fast_dev_run', {}, { fastDevRun: true }, [0, 0, INFINITY, 'NOT_STOPPED']],
  ])('%s', async (_name, options, trainerOptions, expected) => {
    expect(await run(options, [5], trainerOptions)).toEqual(expected);
  });

  it('tells what there is when the value was not logged', async () => {
    const fit = (options: Partial<EarlyStoppingOptions>) => {
      const module = new Scripted([1]);
      const callbacks = new EarlyStopping({ monitor: 'val_los', ...options });
      return fitScripted(module, { callbacks, maxEpochs: 1 }).finally(() => module.dispose());
    };
    await expect(fit({})).rejects.toThrow(/val_los`, which is not available.*`val_loss`.*Did you mean 'val_loss'\?/);
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await fit({ strict: false });
    expect(warn).not.toHaveBeenCalled();
    await fit({ strict: false, verbose: true });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('not available'));
  });

  it('prints what it sees when asked to', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await run({ verbose: true, patience: 1 }, [5, 4, 4]);
    expect(log.mock.calls.flat()).toEqual([
      'Metric val_loss improved. New best score: 5.000',
      'Metric val_loss improved by 1.000 >= min_delta = 0. New best score: 4.000',
      'Monitored metric val_loss did not improve in the last 1 records. Best score: 4.000. Signaling Trainer to stop.',
    ]);
  });

  it('keeps its state under PyTorch Lightning’s keys', () => {
    const stopping = new EarlyStopping({ monitor: 'val_loss' });
    const state = {
      wait_count: 2,
      stopped_epoch: 0,
      best_score: 0.5,
      patience: 3,
      stopping_reason: 3,
      stopping_reason_message: 'so',
    };
    stopping.loadStateDict(state);
    expect(stopping.stateDict()).toEqual(state);
    expect(stopping.stoppingReason).toBe('PATIENCE_EXHAUSTED');
    expect(stopping.stateKey).toBe("EarlyStopping{'monitor': 'val_loss', 'mode': 'min'}");
  });

  it.each<[object, string]>([
    [{}, '`monitor` is undefined'],
    [{ monitor: 'a', mode: 'least' }, "`mode` can be min, max, got 'least'"],
    [{ monitor: 'a', patience: -1 }, '`patience` is -1'],
    [{ monitor: 'a', minDelta: -1 }, '`minDelta` is -1'],
    [{ monitor: 'a', patiense: 1 }, 'Did you mean `patience`?'],
  ])('refuses %o', (options, message) => {
    expect(() => new EarlyStopping(options as EarlyStoppingOptions)).toThrow(message);
  });
});
