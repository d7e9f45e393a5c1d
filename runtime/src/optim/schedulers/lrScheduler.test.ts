import { describe, expect, it, vi } from 'vitest';
import * as optim from '../index.js';
import { lrsOf, makeOptimizer, withOptimizers } from './testing/makeOptimizer.js';

withOptimizers();

describe('a scheduler', () => {
  it('notes each group’s initial rate, once', () => {
    const optimizer = makeOptimizer([0.1, 0.02]);
    new optim.ConstantLR(optimizer, { factor: 0.5 });
    new optim.StepLR(optimizer, { stepSize: 2 });
    const groups: readonly optim.ScheduledGroup[] = optimizer.paramGroups;
    expect(groups.map(({ initialLr }) => initialLr)).toEqual([0.1, 0.02]);
  });

  it('warns when it is stepped before its optimizer', async () => {
    const optimizer = makeOptimizer();
    const scheduler = new optim.StepLR(optimizer, { stepSize: 2 });
    scheduler.step();
    scheduler.step();
    expect(vi.mocked(process.emitWarning).mock.calls.flat()).toEqual([
      expect.stringContaining('before optimizer.step()'),
    ]);
  });

  it('lets the optimizer’s step return the closure’s loss', async () => {
    const optimizer = makeOptimizer();
    new optim.StepLR(optimizer, { stepSize: 2 });
    expect(await optimizer.step(async () => 7)).toBe(7);
  });

  it('may be written by the user: one formula', () => {
    class Halving extends optim.LRScheduler<{ every: number }> {
      protected override getLr(): number[] {
        return this.baseLrs.map((lr) => lr * 0.5 ** Math.floor(this.lastEpoch / this.state.every));
      }
    }
    const optimizer = makeOptimizer([0.8]);
    const scheduler = new Halving(optimizer, { every: 2 });
    const lrs = [0, 1, 2, 3].map(() => {
      scheduler.step();
      return scheduler.getLastLr()[0];
    });
    expect(lrs).toEqual([0.8, 0.4, 0.4, 0.2]);
    expect(scheduler.stateDict()).toMatchObject({ every: 2, last_epoch: 4, _step_count: 5, base_lrs: [0.8] });
  });

  it('begins anew inside a SequentialLR also where it is one itself, which torch cannot', () => {
    const optimizer = makeOptimizer([1]);
    const inner = new optim.SequentialLR(
      optimizer,
      [
        new optim.ConstantLR(optimizer, { factor: 0.5, totalIters: 9 }),
        new optim.ExponentialLR(optimizer, { gamma: 0.1 }),
      ],
      { milestones: [2] },
    );
    const outer = new optim.SequentialLR(optimizer, [new optim.ExponentialLR(optimizer, { gamma: 0.9 }), inner], {
      milestones: [1],
    });
    const lrs = [0, 1, 2, 3].map(() => {
      outer.step();
      return Number(outer.getLastLr()[0]?.toFixed(6));
    });
    expect(lrs).toEqual([0.5, 0.5, 1, 0.1]);
  });

  it('says where it stands on a plateau', () => {
    const scheduler = new optim.ReduceLROnPlateau(makeOptimizer(), { patience: 1, cooldown: 2 });
    for (const metric of [1, 1]) scheduler.step(metric);
    expect([scheduler.best, scheduler.numBadEpochs, scheduler.inCooldown]).toEqual([1, 1, false]);
    scheduler.step(1);
    expect([scheduler.numBadEpochs, scheduler.inCooldown]).toEqual([0, true]);
  });

  it('counts a NaN as no improvement', () => {
    const optimizer = makeOptimizer();
    const scheduler = new optim.ReduceLROnPlateau(optimizer, { patience: 0 });
    scheduler.step(1);
    scheduler.step(Number.NaN);
    expect(lrsOf(optimizer)[0]).toBeCloseTo(0.01, 12);
  });

  it('warms up in no time when the first phase of OneCycleLR has one step', () => {
    const optimizer = makeOptimizer();
    new optim.OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 10, pctStart: 0.1 });
    expect(lrsOf(optimizer)).toEqual([0.5]);
  });

  it('comes back from a factor of 0', () => {
    const optimizer = makeOptimizer();
    const scheduler = new optim.ConstantLR(optimizer, { factor: 0, totalIters: 1 });
    expect(lrsOf(optimizer)).toEqual([0]);
    scheduler.step();
    expect(lrsOf(optimizer)).toEqual([0.1]);
  });
});
