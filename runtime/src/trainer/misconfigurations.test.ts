import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOptions, LogValue } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { TrainerOptions } from './options.js';

/** Fields of a module that a case sets, also to what their types forbid. */
type Changes = Readonly<Record<string, unknown>>;
type Kind = 'fit' | 'validate' | 'test' | 'predict';

interface Case {
  readonly kind?: Kind;
  readonly options?: TrainerOptions;
  readonly module: Changes;
  readonly loaders?: object;
}

const modules: TinyModule[] = [];
let steps = 0;

class Counting extends TinyModule {
  override trainingStep(batch: TinyBatch, batchIdx: number) {
    steps++;
    return super.trainingStep(batch, batchIdx);
  }
}

beforeAll(startTestEngine);
beforeEach(() => {
  steps = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  for (const module of modules.splice(0)) module.dispose();
  vi.restoreAllMocks();
});

function warnings(): string[] {
  return vi.mocked(process.emitWarning).mock.calls.map(([message]) => String(message));
}

async function run({ kind = 'fit', options = {}, module: changes, loaders }: Case): Promise<void> {
  const module = new Counting();
  modules.push(module);
  // Defined and not assigned: hooks are methods, and `predictStep: null` is what a user may write.
  for (const [name, value] of Object.entries(changes)) Object.defineProperty(module, name, { value, writable: true });
  const trainer = quietTrainer({ logger: false, enableCheckpointing: false, maxEpochs: 1, ...options });
  const { trainDataloader, valDataloaders } = tinyLoaders();
  if (kind === 'fit') await trainer.fit(module, { trainDataloader, valDataloaders, ...loaders });
  else await trainer[kind](module, { dataloaders: valDataloaders, ...loaders });
}

const sgd = (module: TinyModule) => new optim.SGD(module.parameters(), { lr: 0.1 });
const plateau = (optimizer: optim.Optimizer) => new optim.ReduceLROnPlateau(optimizer);
const decay = (optimizer: optim.Optimizer) => new optim.StepLR(optimizer, { stepSize: 1 });

/** A module whose configureOptimizers returns this. */
const configured = (make: (optimizer: optim.Optimizer, module: TinyModule) => unknown): Changes => ({
  configureOptimizers(this: TinyModule) {
    return make(sgd(this), this);
  },
});
const two = () => {
  const { valDataloaders } = tinyLoaders();
  return [valDataloaders, tinyLoaders().valDataloaders];
};

/** What is known before anything is set up, and what the loops find out. Source: facts on `configuration_validator.py` and the loops. */
const BEFORE_SETUP: readonly [what: string, given: Case, message: string][] = [
  ['fit without trainingStep', { module: { trainingStep: undefined } }, 'has no trainingStep'],
  ['fit without configureOptimizers', { module: { configureOptimizers: undefined } }, 'has no configureOptimizers'],
  [
    'validate without validationStep',
    { kind: 'validate', module: { validationStep: undefined } },
    'has no validationStep',
  ],
  ['test without testStep', { kind: 'test', module: { testStep: undefined } }, 'has no testStep'],
  ['a predictStep that is null', { kind: 'predict', module: { predictStep: null } }, 'has no predictStep'],
  [
    'clipping under manual optimization',
    { options: { gradientClipVal: 1 }, module: { automaticOptimization: false } },
    '`gradientClipVal` is 1',
  ],
  [
    'accumulation under manual optimization',
    { options: { accumulateGradBatches: 2 }, module: { automaticOptimization: false } },
    '`accumulateGradBatches` is 2',
  ],
  ['an optimizerIdx', { module: { trainingStep: (_a: unknown, _b: number, _c: number) => null } }, 'has 3 parameters'],
  [
    'configureModel under both of its names',
    { module: { configureModel: () => undefined, configureShardedModel: () => undefined } },
    'Remove configureShardedModel',
  ],
  ['a loader that is none', { module: {}, loaders: { trainDataloader: 3 } }, 'trainDataloader returned a number'],
  ['no training loader', { module: {}, loaders: { trainDataloader: undefined } }, 'There are no batches'],
  ['no test loader', { kind: 'test', module: {}, loaders: { dataloaders: undefined } }, 'testDataloader'],
  ['a limit that leaves nothing', { options: { limitTrainBatches: 0.01 }, module: {} }, '`limitTrainBatches` is 0.01'],
  ['an interval beyond the epoch', { options: { valCheckInterval: 9 }, module: {} }, '`valCheckInterval` is 9'],
];

const indexed = (_batch: unknown, _batchIdx: number, _dataloaderIdx: number) => null;

/** The loader's index: two parameters before it in the steps and in the start of a batch, three in its end. */
const LOADER_INDEX: readonly [what: string, given: Case, message: string][] = (
  [
    ['validate', 'validationStep', 2],
    ['validate', 'onValidationBatchStart', 2],
    ['validate', 'onValidationBatchEnd', 3],
    ['test', 'testStep', 2],
    ['test', 'onTestBatchStart', 2],
    ['test', 'onTestBatchEnd', 3],
    ['predict', 'predictStep', 2],
    ['predict', 'onPredictBatchStart', 2],
    ['predict', 'onPredictBatchEnd', 3],
  ] as const
).flatMap(([kind, hook, before]): [string, Case, string][] => {
  const without = before === 2 ? (_a: unknown, _b: unknown) => null : (_a: unknown, _b: unknown, _c: unknown) => null;
  const taking =
    before === 2
      ? (_a: unknown, _b: unknown, _c: unknown) => null
      : (_a: unknown, _b: unknown, _c: unknown, _d: unknown) => null;
  return [
    [
      `several loaders and a ${hook} without the index`,
      {
        kind,
        module: { [`${kind === 'validate' ? 'validation' : kind}Step`]: indexed, [hook]: without },
        loaders: { dataloaders: two() },
      },
      `${hook} does not take a dataloaderIdx, but there are 2 loaders`,
    ],
    [
      `one loader and a ${hook} that asks for its index`,
      { kind, module: { [hook]: taking } },
      `${hook} requires a dataloaderIdx, but there is one loader`,
    ],
  ];
});

/** Forms that configureOptimizers may not return. */
const OPTIMIZERS: readonly [what: string, given: Case, message: string][] = [
  ['a number', { module: configured(() => 3) }, 'returned a number'],
  [
    'an object without an optimizer',
    { module: configured((o) => ({ lrScheduler: decay(o) })) },
    'without an optimizer',
  ],
  ['an optimizer that is none', { module: configured(() => ({ optimizer: 1 })) }, 'whose `optimizer` is none'],
  ['lists in a list', { module: configured((o) => [[[o]]]) }, 'lists inside a list'],
  [
    'a scheduler without one',
    { module: configured((o) => ({ optimizer: o, lrScheduler: { interval: 'step' } })) },
    '`scheduler`',
  ],
  [
    'an unknown interval',
    { module: configured((o) => ({ optimizer: o, lrScheduler: { scheduler: decay(o), interval: 'batch' } })) },
    '`interval` in the lr scheduler object is "batch"',
  ],
  [
    'a frequency of 0',
    { module: configured((o) => ({ optimizer: o, lrScheduler: { scheduler: decay(o), frequency: 0 } })) },
    '`frequency` in the lr scheduler object is 0',
  ],
  ['a plateau without a monitor', { module: configured((o) => [[o], [plateau(o)]]) }, 'must include a monitor'],
  [
    'a plateau in an object without a monitor',
    { module: configured((o) => ({ optimizer: o, lrScheduler: { scheduler: plateau(o) } })) },
    'must include a monitor',
  ],
  [
    'a scheduler of another optimizer',
    { module: configured((o, module) => ({ optimizer: o, lrScheduler: decay(sgd(module)) })) },
    'was not returned from configureOptimizers',
  ],
  [
    'a scheduler without state',
    {
      module: configured((o) => ({
        optimizer: o,
        lrScheduler: { scheduler: { optimizer: o, step: () => undefined } },
      })),
    },
    '`stateDict` and `loadStateDict`',
  ],
  ['several optimizers', { module: configured((o, module) => [o, sgd(module)]) }, 'returned 2 optimizers'],
  [
    'Python’s spelling of a key',
    { module: configured((o) => ({ optimizer: o, lr_scheduler: decay(o) })) },
    'Did you mean `lrScheduler`?',
  ],
  ['a misspelt key', { module: configured((o) => ({ optimizer: o, monitr: 'a' })) }, 'Did you mean `monitor`?'],
  [
    'a misspelt key of a scheduler',
    { module: configured((o) => ({ optimizer: o, lrScheduler: { scheduler: decay(o), intervall: 'step' } })) },
    'Did you mean `interval`?',
  ],
];

const logging = (hook: string, name: string, value: LogValue | object | string, options: object = {}): Changes => ({
  [hook](this: TinyModule) {
    this.log(name, value as LogValue, options as LogOptions);
    return undefined;
  },
});

/** What log refuses. */
const LOGGING: readonly [what: string, given: Case, message: string][] = [
  ...(
    [
      ['fit', 'setup'],
      ['fit', 'prepareData'],
      ['fit', 'configureModel'],
      ['fit', 'onFitStart'],
      ['fit', 'onFitEnd'],
      ['fit', 'onTrainEnd'],
      ['fit', 'onValidationEnd'],
      ['fit', 'teardown'],
      ['test', 'onTestEnd'],
      ['predict', 'predictStep'],
      ['predict', 'onPredictStart'],
      ['predict', 'onPredictEpochEnd'],
    ] as const
  ).map(([kind, hook]): [string, Case, string] => [`log in ${hook}`, { kind, module: logging(hook, 'a', 1) }, hook]),
  ['onStep in an epoch’s hook', { module: logging('onTrainEpochEnd', 'a', 1, { onStep: true }) }, 'onStep'],
  ['no epoch in onTrainStart', { module: logging('onTrainStart', 'a', 1, { onEpoch: false }) }, 'onEpoch'],
  [
    'neither step nor epoch',
    { module: logging('onTrainBatchStart', 'a', 1, { onStep: false, onEpoch: false }) },
    'onStep',
  ],
  ['text', { module: logging('onTrainBatchStart', 'a', 'hi') }, "log('a') was given string"],
  ['an object', { module: logging('onTrainBatchStart', 'a', { b: 1 }) }, "log('a')"],
  [
    'an unknown reduction',
    { module: logging('onTrainBatchStart', 'a', 1, { reduceFx: 'median', onEpoch: true }) },
    'median',
  ],
  [
    'a name with the loader’s suffix',
    { module: logging('onTrainBatchStart', 'a/dataloader_idx_0', 1) },
    'dataloader_idx',
  ],
  [
    'a tensor of two',
    {
      module: {
        onTrainBatchStart(this: TinyModule) {
          this.log('a', tf.tensor1d([1, 2]) as never);
        },
      },
    },
    'a tensor of shape [2]',
  ],
  [
    'one name under two settings',
    {
      module: {
        onTrainBatchStart(this: TinyModule) {
          this.log('a', 1);
          this.log('a', 1, { progBar: true });
        },
      },
    },
    'with different arguments',
  ],
  [
    'one name for two loaders',
    {
      kind: 'validate',
      module: {
        validationStep(this: TinyModule, _batch: unknown, _batchIdx: number, _dataloaderIdx: number) {
          this.log('a', 1, { addDataloaderIdx: false });
        },
      },
      loaders: { dataloaders: two() },
    },
    'for several loaders with addDataloaderIdx: false',
  ],
];

describe('A misconfiguration', () => {
  it.each([...BEFORE_SETUP, ...LOADER_INDEX, ...OPTIMIZERS])(
    '%s ends the run before its first batch',
    async (_what, given, message) => {
      const failed = await run(given).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failed).toBeInstanceOf(MisconfigurationError);
      expect(String(failed)).toContain(message);
      expect(steps).toBe(0);
    },
  );

  it.each(LOGGING)('%s is an error', async (_what, given, message) => {
    const failed = await run(given).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(MisconfigurationError);
    expect(String(failed)).toContain(message);
  });

  it.each<[what: string, given: Case, message: string]>([
    ['a validation loader without a step', { module: { validationStep: undefined } }, 'but no validationStep'],
    [
      'a validationStep without a loader',
      { module: {}, loaders: { valDataloaders: undefined } },
      'there is no valDataloader',
    ],
    [
      'validation options without validation',
      { module: { validationStep: undefined }, options: { checkValEveryNEpoch: 2, limitValBatches: 3 } },
      '`limitValBatches: 3`, `checkValEveryNEpoch: 2` have no effect',
    ],
    ['evaluation mode', { module: { validationStep: undefined, training: false } }, 'Found 1 module(s) in eval mode'],
    [
      'the older name of configureModel',
      { module: { configureShardedModel: () => undefined } },
      'rename it to configureModel',
    ],
    ['a negative clip value', { module: {}, options: { gradientClipVal: -1 } }, 'a value below 0 clips nothing'],
    ['an unknown key', { module: configured((o) => ({ optimizer: o, colour: 1 })) }, 'which are ignored: colour'],
    ['no optimizer', { module: configured(() => null) }, 'nothing will be trained'],
  ])('that may be meant, %s, is told', async (_what, given, message) => {
    await run(given);
    expect(warnings().join('\n')).toContain(message);
  });

  it('that is none is not told', async () => {
    await run({ module: {}, options: { numSanityValSteps: 0, limitValBatches: 1, checkValEveryNEpoch: 1 } });
    await run({
      module: { validationStep: undefined },
      loaders: { valDataloaders: undefined },
      options: { limitValBatches: 0 },
    });
    expect(warnings()).toEqual([]);
  });
});
