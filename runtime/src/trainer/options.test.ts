import { describe, expect, it } from 'vitest';
import { ModelCheckpoint } from '../callbacks/index.js';
import { resolveOptions, type TrainerOptions } from './options.js';
import { TRAINER_OPTIONS, UNBUILT_OPTIONS } from './optionTable.js';
import { Trainer } from './trainer.js';

/** A row missing on either side does not compile. */
const SAME_NAMES: Record<keyof TrainerOptions, true> & Record<keyof typeof TRAINER_OPTIONS, true> = Object.fromEntries(
  Object.keys(TRAINER_OPTIONS).map((name) => [name, true]),
) as Record<keyof typeof TRAINER_OPTIONS, true>;

describe('Trainer options', () => {
  it('are the same in the table and in the type', () => {
    expect(Object.keys(SAME_NAMES)).toEqual(Object.keys(TRAINER_OPTIONS));
  });

  it.each<[string, object, string]>([
    ['a misspelt name', { maxEpoch: 3 }, 'Did you mean `maxEpochs`?'],
    ['a Python name', { max_epochs: 3 }, 'Did you mean `maxEpochs`?'],
    ['a name from nowhere', { quux: 3 }, 'It has: maxEpochs'],
    ['a fraction above one', { limitTrainBatches: 1.5 }, 'For 1 batches write limitTrainBatches: 1.'],
    ['a negative count', { limitValBatches: -1 }, "a percentage such as '25%'"],
    ['a percentage above a hundred', { limitValBatches: '130%' }, "`limitValBatches` is '130%'"],
    ['text for a number', { maxEpochs: '3' }, 'Write it without quotes: 3.'],
    ['no accumulation', { accumulateGradBatches: 0 }, 'a count (1, 2, 3 …)'],
    ['text as a clip value', { gradientClipVal: '0.5' }, 'a number, or null'],
    ['an unknown choice', { accelerator: 'cppu' }, "Did you mean 'cpu'?"],
    ['a flag that is none', { enableProgressBar: 'yes' }, 'true or false'],
    ['validation every zero batches', { valCheckInterval: 0 }, '`valCheckInterval` is 0'],
    ['epochs below -1', { maxEpochs: -2 }, '-1 for no limit'],
    ['counting across epochs without a count', { checkValEveryNEpoch: null }, 'Give valCheckInterval as a count'],
    [
      'a callback that checkpointing forbids',
      { enableCheckpointing: false, callbacks: new ModelCheckpoint() },
      'Remove one of the two.',
    ],
    ...UNBUILT_OPTIONS.map((name): [string, object, string] => [
      `${name}, which is not built`,
      { [name]: 1 },
      'not built in this version',
    ]),
  ])('refuses %s', (_name, options, message) => {
    expect(() => new Trainer(options)).toThrow(message);
  });

  it.each<[object, object]>([
    [{}, { maxEpochs: 1000, maxSteps: -1, minEpochs: 0, logEveryNSteps: 50, numSanityValSteps: 2 }],
    [{ maxSteps: 5 }, { maxEpochs: -1, maxSteps: 5 }],
    [{ minSteps: 5 }, { minEpochs: 1, minSteps: 5 }],
    [{ limitTrainBatches: 1 }, { limitTrainBatches: 1 }],
    [
      { fastDevRun: true, maxEpochs: 9 },
      {
        fastDevRun: 1,
        maxEpochs: 1,
        maxSteps: 1,
        limitTrainBatches: 1,
        limitValBatches: 1,
        numSanityValSteps: 0,
      },
    ],
    [{ fastDevRun: 3 }, { fastDevRun: 3, maxSteps: 3, limitTestBatches: 3, enableCheckpointing: false }],
  ])('of %o resolve to %o', (given, expected) => {
    expect(resolveOptions(given)).toMatchObject(expected);
  });
});
