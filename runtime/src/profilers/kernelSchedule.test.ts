import { describe, expect, it } from 'vitest';
import { KernelSchedule, type KernelScheduleOptions } from './kernelSchedule.js';

/** First letters of the phases of so many training batches. */
function phases(options: KernelScheduleOptions, steps: number, stage = 'fit'): string {
  const schedule = new KernelSchedule(options);
  schedule.reset(stage);
  const each = Array.from({ length: steps }, () => {
    schedule.enter('run_training_batch');
    return schedule.phase[0];
  });
  return each.join('');
}

describe('KernelSchedule', () => {
  // From torch.profiler.schedule: NONE, WARMUP, and RECORD or RECORD_AND_SAVE for each step.
  it.each([
    [{}, 'wwaaawwaaaww'.replaceAll(/w(?=w)|w(?=a)/g, 'w')],
    [{ wait: 2, warmup: 0, active: 1 }, 'wwawwawwa'],
    [{ wait: 0, warmup: 0, active: 1 }, 'aaaa'],
    [{ skipFirst: 2, wait: 0, warmup: 0, active: 2, repeat: 1 }, 'wwaaww'],
    [{ wait: 1, warmup: 0, active: 1, repeat: 2 }, 'wawaww'],
  ])('of %o', (options, expected) => {
    expect(phases(options, expected.length)).toBe(expected);
  });

  it('tells waiting from warming up', () => {
    const schedule = new KernelSchedule({ wait: 1, warmup: 1, active: 1 });
    schedule.reset('fit');
    const seen = Array.from({ length: 4 }, () => {
      schedule.enter('run_training_batch');
      return schedule.phase;
    });
    expect(seen).toEqual(['wait', 'warmup', 'active', 'wait']);
  });

  it('counts each loop for itself, and no sanity check', () => {
    const schedule = new KernelSchedule({ wait: 1, warmup: 0, active: 1 });
    schedule.reset('fit');
    const after = (action: string) => {
      schedule.enter(action);
      return schedule.phase;
    };
    const validate = '[Strategy]SingleDeviceStrategy.validationStep';
    expect([after(validate), after(validate)]).toEqual(['wait', 'wait']); // the sanity check
    expect([after('run_training_batch'), after(validate), after('run_training_batch'), after(validate)]).toEqual([
      'wait',
      'wait',
      'active',
      'active',
    ]);
    expect(after('[LightningModule]Lit.onTrainBatchEnd')).toBe('active'); // as the step before
  });

  it('counts validation outside of fit from its first batch', () => {
    const schedule = new KernelSchedule({ wait: 0, warmup: 0, active: 1, repeat: 1 });
    schedule.reset('validate');
    schedule.enter('[Strategy]SingleDeviceStrategy.validationStep');
    expect(schedule.phase).toBe('active');
  });

  it.each([
    [{ wait: -1 }, '`schedule.wait`'],
    [{ active: 0 }, '`schedule.active`'],
    [{ repeat: 1.5 }, '`schedule.repeat`'],
    [{ activ: 3 }, 'no `activ`'],
  ])('refuses %o', (options, text) => {
    expect(() => new KernelSchedule(options as KernelScheduleOptions)).toThrow(text);
  });
});
