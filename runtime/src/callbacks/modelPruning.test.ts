import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as optim from '../optim/index.js';
import { startTestEngine, TinyModule } from '../testing/tiny.js';
import type { Trainer, TrainerOptions } from '../trainer/index.js';
import { Callback } from './callback.js';
import { ModelPruning, type ModelPruningOptions } from './modelPruning.js';
import { countToPrune, pruneChannels, pruneEntries } from './pruningMethods.js';
import { fitScripted } from './testing/scripted.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

/** Weight decay and momentum move weights without gradients, too. */
class Decaying extends TinyModule {
  override configureOptimizers(): optim.Optimizer {
    return new optim.SGD(this.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 0.1 });
  }
}

/** Counts zeros of each weight at the end of each epoch, before pruning. */
class Zeros extends Callback {
  readonly counts: number[][] = [];
  override onTrainBatchEnd(trainer: Trainer, module: TinyModule): void {
    if (!trainer.isLastBatch) return;
    this.counts.push(
      module.namedWeights().map(({ variable }) => [...variable.dataSync()].filter((x) => x === 0).length),
    );
  }
}

async function run(options: ModelPruningOptions, trainerOptions: TrainerOptions = {}, module = new Decaying()) {
  const zeros = new Zeros();
  const trainer = await fitScripted(module, {
    callbacks: [new ModelPruning(options), zeros],
    maxEpochs: 3,
    ...trainerOptions,
  });
  const values = module.namedWeights().map(({ variable }) => [...variable.dataSync()]);
  trainer.dispose();
  module.dispose();
  return { counts: zeros.counts, values };
}

const sum = (counts: readonly number[] = []) => counts.reduce((total, count) => total + count, 0);

// The module has kernels of 12 and 3 entries and biases of 3 and 1: 19 in all.
describe('ModelPruning', () => {
  it('prunes a part of what is left after each epoch, and keeps it at 0', async () => {
    const options = { pruningFn: 'l1_unstructured', amount: 0.25, useLotteryTicketHypothesis: false } as const;
    const { counts, values } = await run({ ...options, parameterNames: ['kernel'] });
    // 15 entries: round(0.25 · 15) = 4, then round(0.25 · 11) = 3, then round(0.25 · 8) = 2.
    expect(counts.map(sum)).toEqual([0, 4, 7]);
    expect(sum(values.map((list) => list.filter((x) => x === 0).length))).toBe(9);
  });

  it('prunes each parameter by itself when asked to', async () => {
    const { counts } = await run({
      pruningFn: 'random_unstructured',
      amount: 1,
      useGlobalUnstructured: false,
      parameterNames: ['kernel'],
      useLotteryTicketHypothesis: false,
    });
    expect(counts.slice(1)).toEqual([
      [1, 0, 1, 0],
      [2, 0, 2, 0],
    ]);
  });

  it('prunes whole slices', async () => {
    const { counts } = await run({
      pruningFn: 'ln_structured',
      pruningDim: 0,
      pruningNorm: 2,
      amount: 1,
      useGlobalUnstructured: false,
      parameterNames: ['kernel'],
      useLotteryTicketHypothesis: false,
    });
    expect(counts.slice(1)).toEqual([
      [3, 0, 1, 0],
      [6, 0, 2, 0],
    ]);
  });

  it('begins anew from the first weights with the lottery ticket', async () => {
    const module = new Decaying();
    const first = module.namedWeights().map(({ variable }) => [...variable.dataSync()]);
    const { values } = await run({ pruningFn: 'l1_unstructured', amount: 0.3 }, { maxEpochs: 1 }, module);
    const kept = values.flatMap((list, i) => list.map((x, j) => [x, first[i]?.[j]] as const)).filter(([x]) => x !== 0);
    expect(kept.length).toBeGreaterThan(8);
    for (const [now, before] of kept) expect(now).toBe(before);
  });

  it('asks whether and how much', async () => {
    const epochs: number[] = [];
    const { counts } = await run({
      pruningFn: 'l1_unstructured',
      amount: (epoch) => epoch + 1,
      applyPruning: (epoch) => epochs.push(epoch) > 1,
      useLotteryTicketHypothesis: () => false,
      parameterNames: ['kernel'],
    });
    expect(epochs).toEqual([0, 1, 2]);
    expect(counts.map(sum)).toEqual([0, 0, 2]);
  });

  it('prunes the parameters that it is given', async () => {
    const module = new Decaying();
    const parametersToPrune = [[module.net, 'kernel']] as const;
    const { counts } = await run(
      { pruningFn: 'l1_unstructured', amount: 2, parametersToPrune, useLotteryTicketHypothesis: false },
      {},
      module,
    );
    expect(counts[1]).toEqual([2, 0, 0, 0]);
    const missing = run({ pruningFn: 'l1_unstructured', parametersToPrune: [[new Decaying().net, 'kernel']] });
    await expect(missing).rejects.toThrow("don't exist in the model");
  });

  it('tells how much is pruned', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await run({ pruningFn: 'l1_unstructured', amount: 4, parameterNames: ['kernel'], verbose: 1 }, { maxEpochs: 1 });
    expect(log).toHaveBeenCalledWith('Applied `l1_unstructured`. Pruned: 0/15 (0.00%) -> 4/15 (26.67%)');
  });

  it.each<[Partial<ModelPruningOptions>, string]>([
    [{ pruningFn: 'l2' as 'l1_unstructured' }, "'l1_unstructured', 'random_unstructured'"],
    [{ pruningFn: 'random_structured', useGlobalUnstructured: false }, '`pruningDim` should be provided'],
    [{ pruningFn: 'ln_structured', pruningDim: 0, useGlobalUnstructured: false }, '`pruningNorm` should be provided'],
    [{ pruningFn: 'random_structured', pruningDim: 0 }, 'only "unstructured" is supported'],
    [{ amount: 1.5 }, '`amount` is 1.5'],
    [{ amount: -1 }, '`amount` is -1'],
    [{ verbose: 3 as 2 }, 'any of (0, 1, 2)'],
    [{ parameterNames: ['gamma' as 'bias'] }, "gamma isn't in"],
  ])('refuses %o', (options, message) => {
    expect(() => new ModelPruning({ pruningFn: 'l1_unstructured', ...options })).toThrow(message);
  });
});

describe('pruning methods', () => {
  // Recorded from torch 2.15's torch.nn.utils.prune.
  it('count as torch does', () => {
    const counts = (
      [
        [0.5, 5],
        [0.5, 7],
        [0.25, 10],
        [3, 2],
        ['20%', 10],
      ] as const
    ).map(([amount, size]) => countToPrune(amount, size));
    expect(counts).toEqual([2, 4, 2, 2, 2]);
  });

  it('choose the smallest of what is left', () => {
    const mask = Float32Array.of(1, 0, 1, 1, 1, 1);
    pruneEntries(Float32Array.of(3, -1, 0.5, -2, 4, -0.1), mask, 'l1_unstructured', 0.4);
    expect([...mask]).toEqual([1, 0, 0, 1, 1, 0]);
  });

  it('choose slices by their norm', () => {
    const values = Float32Array.of(1, 5, 1, 1, 5, 3);
    const prune = (dim: number, norm: number) => {
      const mask = new Float32Array(6).fill(1);
      pruneChannels(values, mask, { shape: [2, 3], dim, norm, amount: 1, method: 'ln_structured' });
      return [...mask];
    };
    expect(prune(0, 1)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(prune(1, 2)).toEqual([0, 1, 1, 0, 1, 1]);
    expect(prune(-1, Number.POSITIVE_INFINITY)).toEqual([0, 1, 1, 0, 1, 1]);
  });
});
