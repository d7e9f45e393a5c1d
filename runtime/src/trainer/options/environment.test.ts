import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEGACY_OPTIONS } from '../legacyOptionTable.js';
import { resolveOptions, type TrainerOptions } from '../options.js';
import { TRAINER_OPTIONS } from '../optionTable.js';
import { environmentVariable } from './environmentVariable.js';

beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('Trainer options in the environment', () => {
  it.each<[string, string, object]>([
    ['MAX_EPOCHS', '3', { maxEpochs: 3 }],
    ['MAX_TIME', 'None', { maxTime: null }],
    ['ENABLE_CHECKPOINTING', 'False', { enableCheckpointing: false }],
    ['ENABLE_CHECKPOINTING', '0', { enableCheckpointing: false }],
    ['DETECT_ANOMALY', 'true', { detectAnomaly: true }],
    ['FAST_DEV_RUN', '2', { fastDevRun: 2 }],
    ['LIMIT_TRAIN_BATCHES', '0.25', { limitTrainBatches: 0.25 }],
    ['LIMIT_TRAIN_BATCHES', '1', { limitTrainBatches: 1 }],
    ['LIMIT_TRAIN_BATCHES', '1.0', { limitTrainBatches: '100%' }],
    ['LIMIT_TRAIN_BATCHES', '25%', { limitTrainBatches: '25%' }],
    ['GRADIENT_CLIP_VAL', '5e-1', { gradientClipVal: 0.5 }],
    ['PRECISION', '32', { precision: '32' }],
    ['PRECISION', "'bf16-mixed'", { precision: 'bf16-mixed' }],
    ['ACCELERATOR', 'cpu', { accelerator: 'cpu' }],
    ['DEFAULT_ROOT_DIR', '123', { defaultRootDir: '123' }],
    ['MAX_TIME', '00:12:00:00', { maxTime: '00:12:00:00' }],
    ['MAX_TIME', "{'hours': 12}", { maxTime: { hours: 12 } }],
    ['PROFILER', 'simple', { profiler: 'simple' }],
    ['LOGGER', 'False', { logger: false }],
    ['MAX_EPOCHS', 'None', { maxEpochs: 1000 }],
    ['MAX_EPOCHS', '', { maxEpochs: 1000 }],
    ['NUM_PROCESSES', '1', { devices: 1 }],
  ])('PL_TRAINER_%s=%s', (name, text, expected) => {
    expect(resolveOptions({ maxSteps: -1 }, { [`PL_TRAINER_${name}`]: text })).toMatchObject(expected);
  });

  it.each(['[0, 1]', '(0, 1)', '0,1', '2'])('PL_TRAINER_DEVICES=%s asks for two', (text) => {
    const options = resolveOptions({ strategy: 'dp' }, { PL_TRAINER_DEVICES: text });
    expect([options.devices].flat().join(',')).toMatch(/^(0,1|2)$/);
  });

  it('yield to what is given', () => {
    expect(resolveOptions({ maxEpochs: 5 }, { PL_TRAINER_MAX_EPOCHS: '3' }).maxEpochs).toBe(5);
  });

  it.each<[string, string]>([
    ['MAX_EPOCHS', 'three'],
    ['ENABLE_CHECKPOINTING', 'yes'],
    ['ACCELERATOR', 'foo'],
    ['LIMIT_VAL_BATCHES', '1.5'],
    ['CALLBACKS', 'Timer'],
    ['PLUGINS', '[1]'],
    ['NUM_NODES', '2'],
    ['TPU_CORES', '8'],
  ])('PL_TRAINER_%s=%s is an error that names the variable', (name, text) => {
    expect(() => resolveOptions({}, { [`PL_TRAINER_${name}`]: text })).toThrow(
      new RegExp(`environment variable PL_TRAINER_${name} is '${text.replace(/[[\]]/g, '\\$&')}'`),
    );
  });

  it('that name no option are told, with the nearest', () => {
    resolveOptions({}, { PL_TRAINER_MAX_EPOCH: '3', PATH: '/bin' });
    expect(vi.mocked(process.emitWarning).mock.calls.map(([message]) => message)).toEqual([
      expect.stringContaining('Did you mean PL_TRAINER_MAX_EPOCHS?'),
    ]);
  });

  it('have a name of their own each', () => {
    const names = [...Object.keys(TRAINER_OPTIONS), ...Object.keys(LEGACY_OPTIONS)].map(environmentVariable);
    expect(new Set(names).size).toBe(names.length);
    expect(environmentVariable('checkValEveryNEpoch')).toBe('PL_TRAINER_CHECK_VAL_EVERY_N_EPOCH');
  });

  it('are read by every Trainer', () => {
    vi.stubEnv('PL_TRAINER_MAX_STEPS', '7');
    expect(resolveOptions({} satisfies TrainerOptions).maxSteps).toBe(7);
    vi.unstubAllEnvs();
  });
});
