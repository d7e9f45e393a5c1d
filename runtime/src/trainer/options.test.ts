import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ModelCheckpoint } from '../callbacks/index.js';
import { LEGACY_OPTIONS } from './legacyOptionTable.js';
import { resolveOptions, type TrainerOptions } from './options.js';
import { TRAINER_OPTIONS } from './optionTable.js';
import { Trainer } from './trainer.js';

/** A row missing on either side does not compile. */
const SAME_NAMES: Record<keyof TrainerOptions, true> &
  Record<keyof typeof TRAINER_OPTIONS | keyof typeof LEGACY_OPTIONS, true> = Object.fromEntries(
  [...Object.keys(TRAINER_OPTIONS), ...Object.keys(LEGACY_OPTIONS)].map((name) => [name, true]),
) as Record<keyof typeof TRAINER_OPTIONS | keyof typeof LEGACY_OPTIONS, true>;

describe('Trainer options', () => {
  it('are the same in the table and in the type', () => {
    expect(Object.keys(SAME_NAMES)).toEqual([...Object.keys(TRAINER_OPTIONS), ...Object.keys(LEGACY_OPTIONS)]);
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
    ['no devices', { devices: [] }, "'auto' or -1"],
    ['a device twice', { devices: '1,1' }, "`devices` is '1,1'"],
    ['a number that is none', { gradientClipVal: Number.NaN }, '`gradientClipVal` is NaN'],
    ['a count without end', { maxSteps: Number.POSITIVE_INFINITY }, '`maxSteps` is Infinity'],
    ['a limit that is no number', { limitValBatches: Number.NaN }, '`limitValBatches` is NaN'],
    ['a cluster', { numNodes: 2 }, 'training on several machines is not built'],
    ['no machine', { numNodes: 0 }, 'a count (1, 2, 3 …)'],
    ['a model registry', { modelRegistry: 'my/model' }, 'a client for Python only'],
    ['a strategy of several processes', { strategy: 'ddp' }, "strategy: 'dp' with devices: N"],
    ['an unknown strategy', { strategy: 'foo' }, "'single_device'"],
    ['a word for deterministic', { deterministic: 'maybe' }, "true, false, 'warn', or null"],
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
    [
      { maxEpochs: null, limitTrainBatches: null, logger: null, devices: null, strategy: null, accelerator: null },
      {
        maxEpochs: 1000,
        limitTrainBatches: '100%',
        logger: true,
        devices: 'auto',
        strategy: 'auto',
        accelerator: 'auto',
      },
    ],
    [{ strategy: 'single_device' }, { strategy: 'auto' }],
    [
      { devices: '0,1', strategy: 'dp' },
      { devices: '0,1', strategy: 'dp' },
    ],
    [{ fastDevRun: 3 }, { fastDevRun: 3, maxSteps: 3, limitTestBatches: 3, enableCheckpointing: false }],
  ])('of %o resolve to %o', (given, expected) => {
    expect(resolveOptions(given)).toMatchObject(expected);
  });
});

describe('A Trainer option that changes nothing', () => {
  beforeEach(() => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    ['deterministic', true, 'always deterministic'],
    ['deterministic', 'warn', 'always deterministic'],
    ['benchmark', true, 'cuDNN'],
    ['syncBatchnorm', true, 'one process'],
    ['useDistributedSampler', false, 'one process'],
  ])('says so: %s: %s', (name, value, reason) => {
    resolveOptions({ [name]: value });
    expect(warnings()).toEqual([expect.stringContaining(`\`${name}: ${value}\` changes nothing`)]);
    expect(warnings()[0]).toContain(reason);
  });

  it.each([
    {},
    { useDistributedSampler: true, syncBatchnorm: false, benchmark: null, deterministic: null, numNodes: 1 },
  ])('says nothing when it is left at its default: %o', (options) => {
    resolveOptions(options);
    expect(warnings()).toEqual([]);
  });

  function warnings(): string[] {
    return vi.mocked(process.emitWarning).mock.calls.map(([message]) => String(message));
  }
});
