import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEGACY_OPTIONS, LEGACY_VALUES, type LegacyOptionName, type LegacyOptionRow } from '../legacyOptionTable.js';
import { resolveOptions, type TrainerOptions } from '../options.js';
import { TRAINER_OPTIONS } from '../optionTable.js';
import { modernSpelling } from './modernSpelling.js';

beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function warnings(): string[] {
  return vi.mocked(process.emitWarning).mock.calls.map(([message]) => String(message));
}

/** A value of each option that asks for something. */
const ASKING: Readonly<Record<LegacyOptionName, unknown>> = {
  checkpointCallback: false,
  gpus: 1,
  numProcesses: 1,
  tpuCores: 8,
  ipus: 1,
  autoSelectGpus: true,
  resumeFromCheckpoint: 'a.ckpt',
  progressBarRefreshRate: 20,
  processPosition: 1,
  weightsSummary: 'full',
  weightsSavePath: 'weights',
  logGpuMemory: 'all',
  trackGradNorm: 2,
  flushLogsEveryNSteps: 10,
  stochasticWeightAvg: true,
  terminateOnNan: true,
  multipleTrainloaderMode: 'min_size',
  replaceSamplerDdp: false,
  prepareDataPerNode: false,
  ampBackend: 'apex',
  ampLevel: 'O2',
  moveMetricsToCpu: true,
};

/** Those that need what no engine has. */
const IMPOSSIBLE: readonly string[] = ['tpuCores', 'ipus', 'ampBackend', 'ampLevel'];

describe('An option of PyTorch Lightning 1.6', () => {
  it.each(Object.keys(ASKING).filter((name) => !IMPOSSIBLE.includes(name)))(
    '%s is named once, with today’s spelling',
    (name) => {
      const value = ASKING[name as LegacyOptionName];
      resolveOptions({ [name]: value }, {});
      const naming = warnings().filter((message) =>
        message.startsWith(`\`${name}\` is an option of PyTorch Lightning 1.6`),
      );
      expect(naming).toHaveLength(1);
      const spelling = modernSpelling(name as LegacyOptionName, value);
      expect(naming[0]).toContain(spelling.startsWith('nothing') ? 'Remove it.' : spelling);
    },
  );

  it.each<[object, string]>([
    [{ tpuCores: 8 }, 'can drive a TPU: there is nothing to install'],
    [{ ipus: 1 }, 'can drive an IPU: there is nothing to install'],
    [{ ampBackend: 'apex' }, 'apex, a library for CUDA'],
    [{ ampLevel: 'O2' }, "write precision: '16-mixed'"],
    [{ accelerator: 'ddp' }, "`accelerator` is 'ddp', which trains in several processes"],
    [{ accelerator: 'ddp_cpu', numProcesses: 2 }, 'is not built'],
    [{ gpus: -2 }, '-1 for all'],
    [{ gpus: 'all' }, "`gpus` is 'all'"],
    [{ gpus: [0, 0] }, '`gpus` is [0,0]'],
    [{ gpus: 1.5 }, '`gpus` is 1.5'],
    [{ gpus: 1, devices: 2 }, 'Remove `gpus`'],
    [{ gpus: 2, numProcesses: 2 }, '`gpus` is 2, but `numProcesses` is 2'],
    [{ gpus: 0, autoSelectGpus: true }, '`autoSelectGpus` is true, but `gpus` is 0'],
    [{ numProcesses: 0 }, 'a count (1, 2, 3 …), or null'],
    [{ numProcesses: 2 }, "Write strategy: 'dp'"],
    [{ checkpointCallback: true, enableCheckpointing: false }, 'Remove `checkpointCallback`'],
    [{ accelerator: 'dp', strategy: 'ddp2' }, "`strategy` is 'ddp2'"],
    [{ trackGradNorm: 0 }, "'inf' (infinity norm)"],
    [{ trackGradNorm: 'two' }, "'inf' (infinity norm)"],
    [{ weightsSummary: 'all' }, "'top' or 'full', or null"],
    [{ multipleTrainloaderMode: 'min' }, "'max_size_cycle' or 'min_size'"],
    [{ terminateOnNan: 'yes' }, 'Today it is written detectAnomaly'],
    [{ gpu: 1 }, 'Did you mean `gpus`?'],
  ])('refuses %o', (options, message) => {
    expect(() => resolveOptions(options as TrainerOptions, {})).toThrow(message);
  });

  it.each<[TrainerOptions, object]>([
    [{ gpus: 1 }, { accelerator: 'auto', devices: 1, strategy: 'auto' }],
    [{ gpus: 2 }, { accelerator: 'auto', devices: 2, strategy: 'dp' }],
    [
      { gpus: [0, 2], strategy: 'dp' },
      { devices: [0, 2], strategy: 'dp' },
    ],
    [
      { gpus: '0,1', accelerator: 'dp' },
      { accelerator: 'auto', devices: '0,1', strategy: 'dp' },
    ],
    [
      { gpus: '2', strategy: 'ddp2' },
      { devices: '2', strategy: 'ddp2' },
    ],
    [{ gpus: -1 }, { accelerator: 'auto', devices: 'auto', strategy: 'auto' }],
    [{ gpus: '-1' }, { devices: 'auto' }],
    [
      { gpus: 1, accelerator: 'gpu' },
      { accelerator: 'gpu', devices: 1 },
    ],
    [
      { gpus: 1, accelerator: 'cpu' },
      { accelerator: 'cpu', devices: 1 },
    ],
    [{ gpus: 0 }, { accelerator: 'cpu', devices: 'auto' }],
    [{ gpus: null }, { accelerator: 'auto', devices: 'auto' }],
    [{ tpuCores: null, ipus: null, ampLevel: null, ampBackend: 'native' }, { accelerator: 'auto' }],
    [{ numProcesses: 1 }, { accelerator: 'cpu', devices: 1 }],
    [
      { numProcesses: 2, strategy: 'dp' },
      { accelerator: 'cpu', devices: 2, strategy: 'dp' },
    ],
    [{ checkpointCallback: false }, { enableCheckpointing: false }],
    [{ checkpointCallback: null }, { enableCheckpointing: true }],
    [{ replaceSamplerDdp: false }, { useDistributedSampler: false }],
    [{ accumulateGradBatches: { 0: 2, 4: 1 } }, { accumulateGradBatches: 1, legacy: { accumulation: { 0: 2, 4: 1 } } }],
    [{ trackGradNorm: 'inf' }, { legacy: { trackGradNorm: Number.POSITIVE_INFINITY } }],
    [{ trackGradNorm: -1 }, { legacy: { trackGradNorm: undefined } }],
    [{ weightsSummary: null }, { legacy: { summaryDepth: 0 } }],
  ])('%o resolves to %o', (given, expected) => {
    expect(resolveOptions(given, {})).toMatchObject(expected);
  });

  it('of gpus without a strategy is told what is taken', () => {
    resolveOptions({ gpus: 2 }, {});
    expect(warnings().join('\n')).toContain("Write strategy: 'dp'");
  });
});

describe('The table of options of 1.6', () => {
  it.each(Object.entries(LEGACY_OPTIONS as Readonly<Record<string, LegacyOptionRow>>))(
    '%s is no option of today, and leads to one that is',
    (name, { conversion, modern, doc }) => {
      expect(Object.keys(TRAINER_OPTIONS)).not.toContain(name);
      if (conversion.kind === 'rename') expect(Object.keys(TRAINER_OPTIONS)).toContain(conversion.to);
      expect(modern).not.toMatch(/[.]$/);
      expect(doc).toMatch(/[.]$/);
    },
  );

  it.each(Object.keys(LEGACY_VALUES))('has values of %s, an option of today', (name) => {
    expect(Object.keys(TRAINER_OPTIONS)).toContain(name);
  });
});
