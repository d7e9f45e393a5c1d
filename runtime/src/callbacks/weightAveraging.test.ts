import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../checkpoint/index.js';
import { startTestEngine, type TinyModule, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { EMAWeightAveraging, type EMAWeightAveragingOptions } from './emaWeightAveraging.js';
import { ModelCheckpoint } from './modelCheckpoint.js';
import { fitScripted, Scripted } from './testing/scripted.js';
import { type AveragingMoment, WeightAveraging } from './weightAveraging.js';

beforeAll(startTestEngine);

/** Notes the first weight after each batch, and at each validation. */
class Watch extends Callback {
  readonly raw: number[] = [];
  readonly validated: number[] = [];
  override onTrainBatchEnd(_trainer: Trainer, module: never): void {
    this.raw.push(firstWeight(module));
  }
  override onValidationBatchStart(_trainer: Trainer, module: never): void {
    this.validated.push(firstWeight(module));
  }
}

function firstWeight(module: TinyModule): number {
  return weightsOf(module)[0]?.[0] ?? Number.NaN;
}

async function run(averaging: WeightAveraging, maxEpochs = 2) {
  const module = new Scripted([1]);
  const watch = new Watch();
  const trainer = await fitScripted(module, { callbacks: [watch, averaging], maxEpochs });
  const final = firstWeight(module);
  trainer.dispose();
  module.dispose();
  return { ...watch, final };
}

function ema(values: readonly number[], decay: number): number {
  return values.slice(1).reduce((average, value) => decay * average + (1 - decay) * value, values[0] ?? 0);
}

// Sums of 32-bit floats in another order.
const DIGITS = 5;

describe('WeightAveraging', () => {
  it('ends with the mean of the weights after each step', async () => {
    const { raw, final } = await run(new WeightAveraging());
    expect(final).toBeCloseTo(raw.reduce((sum, value) => sum + value, 0) / raw.length, DIGITS);
  });

  it('validates with the average, and trains on with the weights', async () => {
    const { raw, validated } = await run(new WeightAveraging());
    expect(validated[0]).toBeCloseTo(raw.slice(0, 4).reduce((sum, value) => sum + value, 0) / 4, DIGITS);
    const plain = await run(
      new (class extends WeightAveraging {
        override shouldUpdate() {
          return false;
        }
      })(),
    );
    expect(plain.raw).toEqual(raw);
  });

  it('asks when to update', async () => {
    const asked: AveragingMoment[] = [];
    const { raw, final } = await run(
      new (class extends WeightAveraging {
        override shouldUpdate(moment: AveragingMoment) {
          asked.push(moment);
          return moment.epochIdx === 0;
        }
      })(),
    );
    expect(asked.slice(3, 6)).toEqual([{ stepIdx: 3 }, { epochIdx: 0 }, { stepIdx: 4 }]);
    expect(final).toBeCloseTo(raw[3] ?? 0, DIGITS);
  });

  it('averages as it is told', async () => {
    const largest = await run(new WeightAveraging({ avgFn: (averaged, current) => tf.maximum(averaged, current) }));
    expect(largest.final).toBeCloseTo(Math.max(...largest.raw), DIGITS);
    const latest = await run(
      new WeightAveraging({
        multiAvgFn: (averaged, current) => {
          for (const [index, weight] of averaged.entries()) weight.assign(current[index] ?? weight);
        },
      }),
    );
    expect(latest.final).toBeCloseTo(latest.raw.at(-1) ?? 0, DIGITS);
  });

  it('refuses two averages', () => {
    const options = { avgFn: (averaged: tf.Tensor) => averaged, multiAvgFn: () => undefined };
    expect(() => new WeightAveraging(options)).toThrow('one of them');
  });

  it('saves the average as the weights, and what training goes on with', async () => {
    const dirpath = mkdtempSync(join(tmpdir(), 'lightning-averaging-'));
    const module = new Scripted([1]);
    const callbacks = [new EMAWeightAveraging({ decay: 0.5 }), new ModelCheckpoint({ dirpath })];
    const trainer = await fitScripted(module, { callbacks, maxEpochs: 1, enableCheckpointing: true });
    const saved = await readCheckpoint(join(dirpath, readdirSync(dirpath)[0] ?? ''));
    expect([...(saved.state_dict['net.0.kernel']?.data ?? [])]).toEqual(weightsOf(module)[0]);
    expect(Object.keys(saved)).toEqual(expect.arrayContaining(['averaging_state', 'current_model_state']));
    expect(saved.callbacks?.EMAWeightAveraging).toEqual({ latest_update_step: 4 });
    trainer.dispose();
    module.dispose();
  });
});

describe('EMAWeightAveraging', () => {
  it.each<[string, EMAWeightAveragingOptions, (raw: number[]) => number[]]>([
    ['each step', { decay: 0.9 }, (raw) => raw],
    ['each second step', { decay: 0.5, updateEveryNSteps: 2 }, (raw) => raw.filter((_value, step) => step % 2 === 0)],
    ['from a step on', { decay: 0.5, updateStartingAtStep: 5 }, (raw) => raw.slice(5)],
    ['at ends of epochs', { decay: 0.5, updateEveryNSteps: 0, updateStartingAtEpoch: 1 }, (raw) => raw.slice(7)],
    // As in PyTorch Lightning, the epochs' updates come on top of the steps'.
    ['steps and epochs', { decay: 0.5, updateStartingAtEpoch: 1 }, (raw) => [...raw, raw[7] ?? 0]],
  ])('takes in %s', async (_name, options, taken) => {
    const { raw, final } = await run(new EMAWeightAveraging(options));
    expect(final).toBeCloseTo(ema(taken(raw), options.decay ?? 0), DIGITS);
  });

  it.each<[EMAWeightAveragingOptions, string]>([
    [{ decay: 2 }, '[0,1]'],
    [{ updateEveryNSteps: -1 }, '`updateEveryNSteps` is -1'],
    [{ decai: 1 } as EMAWeightAveragingOptions, 'Did you mean `decay`?'],
  ])('refuses %o', (options, message) => {
    expect(() => new EMAWeightAveraging(options)).toThrow(message);
  });
});
