import { describe, expect, it } from 'vitest';
import * as optim from '../index.js';
import { makeOptimizer, withOptimizers } from './testing/makeOptimizer.js';

withOptimizers();

describe('bad input', () => {
  const one = () => makeOptimizer();
  const step = (optimizer: optim.Optimizer) => new optim.StepLR(optimizer, { stepSize: 1 });

  it.each<[why: string, make: () => unknown, message: string]>([
    [
      'no optimizer',
      () => new optim.StepLR({} as optim.Optimizer, { stepSize: 1 }),
      'StepLR was given an object of class',
    ],
    ['a number for options', () => new optim.StepLR(one(), 10 as never), 'StepLR was given 10 in place of its options'],
    ['a near name', () => new optim.StepLR(one(), { step_size: 1 } as never), 'Did you mean `stepSize`?'],
    ['an unknown name', () => new optim.StepLR(one(), { stepSize: 1, colour: 1 } as never), 'It has: stepSize, gamma'],
    ['a missing option', () => new optim.ExponentialLR(one(), {} as never), 'ExponentialLR needs `gamma`'],
    ['a step of 0', () => new optim.StepLR(one(), { stepSize: 0 }), 'Allowed: a whole number from 1 up'],
    ['a NaN', () => new optim.ExponentialLR(one(), { gamma: Number.NaN }), '`gamma` is NaN'],
    ['falling milestones', () => new optim.MultiStepLR(one(), { milestones: [5, 3] }), '`milestones` is [5, 3]'],
    ['a wrong word', () => new optim.ReduceLROnPlateau(one(), { mode: 'lowest' as never }), "Allowed: 'min', 'max'"],
    ['a factor of 1', () => new optim.ReduceLROnPlateau(one(), { factor: 1 }), 'Allowed: a number below 1'],
    ['a factor above 1', () => new optim.ConstantLR(one(), { factor: 2 }), 'Allowed: a number from 0 to 1'],
    ['a start of 0', () => new optim.LinearLR(one(), { startFactor: 0 }), 'Allowed: a number above 0 and up to 1'],
    ['no function', () => new optim.LambdaLR(one(), { lrLambda: 1 as never }), 'Allowed: a function of the epoch'],
    [
      'too many functions',
      () => new optim.LambdaLR(one(), { lrLambda: [() => 1, () => 1] }),
      'has 2 values, and the optimizer has 1',
    ],
    ['too many rates', () => new optim.CyclicLR(one(), { baseLr: [1, 2], maxLr: 3 }), '`baseLr` has 2 values'],
    ['too many minima', () => new optim.ReduceLROnPlateau(one(), { minLr: [1, 2] }), '`minLr` has 2 values'],
    [
      'no length of the cycle',
      () => new optim.OneCycleLR(one(), { maxLr: 1, epochs: 2 }),
      '`totalSteps`, or `epochs` together with',
    ],
    [
      'no momentum',
      () => new optim.CyclicLR(new optim.Adagrad(weightsOfOne()), { baseLr: 0.1, maxLr: 1 }),
      'Adagrad has neither `momentum` nor `betas`',
    ],
    [
      'no initial rate',
      () => new optim.StepLR(one(), { stepSize: 1, lastEpoch: 3 }),
      'group 0 of its optimizer has no `initialLr`',
    ],
    ['no schedulers', () => new optim.ChainedScheduler([]), 'ChainedScheduler was given no schedulers'],
    ['a scheduler that is none', () => new optim.ChainedScheduler([{} as never]), 'number 0 of its schedulers is none'],
    [
      'too few milestones',
      () => withOne((o) => new optim.SequentialLR(o, [step(o), step(o)], { milestones: [] })),
      'has 0 epochs for 2 schedulers',
    ],
    ['another optimizer', () => new optim.ChainedScheduler([step(one()), step(one())]), 'belongs to another optimizer'],
    [
      'a plateau in a sequence',
      () => withOne((o) => new optim.SequentialLR(o, [new optim.ReduceLROnPlateau(o)], { milestones: [] })),
      'cannot hold a ReduceLROnPlateau',
    ],
    [
      'no metric',
      () => new optim.ReduceLROnPlateau(one()).step(undefined as never),
      'ReduceLROnPlateau.step was given nothing',
    ],
    ['an epoch that is none', () => step(one()).step(-1), 'Allowed: nothing, or the epoch to go to'],
    [
      'a step too many',
      () => {
        const scheduler = new optim.OneCycleLR(one(), { maxLr: 1, totalSteps: 2 });
        for (let n = 0; n < 3; n++) scheduler.step();
      },
      'was stepped 3 times, but its cycle has 2 steps',
    ],
    [
      'a group that came later',
      () => {
        const optimizer = one();
        const scheduler = new optim.LambdaLR(optimizer, { lrLambda: () => 1 });
        optimizer.paramGroups.push({ lr: 1, params: [] });
        scheduler.step();
      },
      'has learning rates for 1 parameter groups, and its optimizer has 2',
    ],
  ])('%s is one clear error', (_why, make, message) => {
    expect(make).toThrow(message);
  });

  it.each<[why: string, saved: unknown, message: string]>([
    ['nothing', undefined, 'it is not an object'],
    [
      'another scheduler’s state',
      { T_max: 5, base_lrs: [1], last_epoch: 1, _step_count: 2, _last_lr: [1] },
      'it has none of `step_size`',
    ],
    [
      'a state without a count',
      { step_size: 1, base_lrs: [1], _step_count: 2, _last_lr: [1] },
      'it has no `last_epoch`',
    ],
    [
      'text for a number',
      { step_size: '1', base_lrs: [1], last_epoch: 1, _step_count: 2, _last_lr: [1] },
      '`step_size` is of another kind',
    ],
    [
      'text among numbers',
      { step_size: 1, base_lrs: ['1'], last_epoch: 1, _step_count: 2, _last_lr: [1] },
      '`base_lrs` is of another kind',
    ],
    [
      'the state of more groups',
      { step_size: 1, base_lrs: [1, 2], last_epoch: 1, _step_count: 2, _last_lr: [1, 2] },
      '`base_lrs` has 2 entries instead of 1',
    ],
  ])('%s is not loaded', (_why, saved, message) => {
    const scheduler = step(one());
    const before = scheduler.stateDict();
    expect(() => scheduler.loadStateDict(saved)).toThrow(message);
    expect(scheduler.stateDict()).toEqual(before);
  });

  it('the state of a sequence is checked through and through', () => {
    const make = () => withOne((o) => new optim.SequentialLR(o, [step(o), step(o)], { milestones: [1] }));
    const saved = make().stateDict();
    const [first] = saved._schedulers as object[];
    expect(() => make().loadStateDict({ ...saved, _schedulers: [first, { ...first, last_epoch: 'x' }] })).toThrow(
      'does not fit',
    );
    expect(() => make().loadStateDict({ ...saved, _schedulers: [first] })).toThrow('has 1 entries instead of 2');
  });

  function weightsOfOne(): optim.Optimizer['parameters'] {
    return one().parameters;
  }

  function withOne<T>(make: (optimizer: optim.Optimizer) => T): T {
    return make(one());
  }
});
