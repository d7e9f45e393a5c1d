import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HalfType, roundTo, startEngine } from '../accelerators/index.js';
import { gradientsOf, setGradient } from '../autograd/index.js';
import { readCheckpoint } from '../checkpoint/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { GradScaler, MixedPrecision, Precision } from './index.js';

beforeAll(startTestEngine);

const SILENT = { logger: false, enableCheckpointing: false } as const;

// Recorded from torch: tensor.bfloat16().float() and tensor.half().float().
const ROUNDED: readonly (readonly [value: number, bfloat16: number, float16: number])[] = [
  [1.00390625, 1, 1.00390625],
  [1.01171875, 1.015625, 1.01171875],
  [3.15, 3.15625, 3.150390625],
  [-2.7, -2.703125, -2.69921875],
  [6e-8, 129 * 2 ** -31, 2 ** -24],
  [6.1e-5, 6.103515625e-5, 6.097555160522461e-5],
  [2.98e-8, 2 ** -25, 0],
  [2.99e-8, 2 ** -25, 2 ** -24],
  [65519, 65536, 65504],
  [65520, 65536, Number.POSITIVE_INFINITY],
  [-1e38, -9.969209968386869e37, Number.NEGATIVE_INFINITY],
  [0.1, 0.10009765625, 0.0999755859375],
  [-0, -0, -0],
  [1e-40, 2 ** -133, 0],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [Number.NaN, Number.NaN, Number.NaN],
];

describe('roundTo', () => {
  it.each(ROUNDED)('rounds %f as torch does', (value, bfloat16, float16) => {
    const round = (type: HalfType) => {
      const values = Float32Array.of(value);
      roundTo(type, values);
      return values[0];
    };
    expect(round('bfloat16')).toBe(bfloat16);
    expect(round('float16')).toBe(float16);
  });
});

describe.each(['wasm', 'cpu'] as const)('mixed precision on the engine %s', (engine) => {
  it('rounds products and their gradients as torch’s autocast does', async () => {
    await startEngine('cpu', { engine });
    using _context = new MixedPrecision('bf16-mixed').forwardContext();
    const x = tf.tensor2d([0.1, -0.7, 1.3, 2.2, 0.33, -1.9], [2, 3]);
    const w = tf.tensor2d([0.3, 0.9, -1.1, 0.77, 0.123, 2.5], [3, 2]);
    const { value, grad } = tf.valueAndGrad((weight) => tf.sum(tf.square(tf.matMul(x, weight as tf.Tensor2D))))(w);
    expect([...tf.matMul(x, w).dataSync()]).toEqual([0.9609375, 2.796875, 0.0654296875, -2.515625]);
    expect([...grad.dataSync()]).toEqual([0.48046875, -10.5, -1.296875, -5.5625, 2.25, 16.75]);
    expect(value.dtype).toBe('float32');
  });

  it('leaves products alone where it is not on', async () => {
    await startEngine('cpu', { engine });
    new MixedPrecision('bf16-mixed').forwardContext()[Symbol.dispose]();
    const [product] = tf.matMul(tf.tensor2d([[0.1]]), tf.tensor2d([[3]])).dataSync();
    expect(product).toBe(Math.fround(Math.fround(0.1) * 3));
  });
});

describe('GradScaler', () => {
  // Recorded from torch.amp.GradScaler('cpu', init_scale=8, growth_interval=3): weight, scale and tracker after each step.
  const STEPS = [
    [1, 0.9, 8, 1],
    [1, 0.8, 8, 2],
    [Number.POSITIVE_INFINITY, 0.8, 4, 0],
    [1, 0.7, 4, 1],
    [1, 0.6, 4, 2],
    [1, 0.5, 8, 0],
    [1, 0.4, 8, 1],
  ] as const;

  it('follows torch: skips, backs off and grows', async () => {
    await startTestEngine();
    const weight = tf.variable(tf.tensor1d([1]));
    const optimizer = new optim.SGD([weight], { lr: 0.1 });
    const scaler = new GradScaler({ initScale: 8, growthInterval: 3 });
    for (const [slope, value, scale, tracker] of STEPS) {
      setGradient(weight, tf.tensor1d([slope * scaler.getScale()]));
      await scaler.unscale(optimizer);
      expect(gradientsOf(weight)?.dataSync()[0]).toBe(slope);
      await scaler.step(optimizer);
      scaler.update();
      expect(weight.dataSync()[0]).toBeCloseTo(value, 6);
      expect([scaler.getScale(), scaler.stateDict()._growth_tracker]).toEqual([scale, tracker]);
    }
    const other = new GradScaler();
    other.loadStateDict(scaler.stateDict());
    expect(other.stateDict()).toEqual(scaler.stateDict());
    expect(() => other.loadStateDict({ scale: -1 })).toThrow(/initScale/);
    optimizer.dispose();
    weight.dispose();
  });
});

describe('the option precision', () => {
  it.each([
    ['64-true', /float32 only/],
    [64, /float32 only/],
    ['16-true', /no 16-bit type/],
    ['8-mixed', /`precision` is '8-mixed'/],
    [8, /`precision` is 8/],
  ])('refuses %s with the reason', (precision, reason) => {
    expect(() => quietTrainer({ precision: precision as never, ...SILENT })).toThrow(reason);
  });

  it.each([
    [undefined, '32-true'],
    [32, '32-true'],
    [16, '16-mixed'],
    ['bf16', 'bf16-mixed'],
  ] as const)('takes %s for %s', (precision, name) => {
    expect(quietTrainer({ ...(precision !== undefined && { precision }), ...SILENT }).precision).toBe(name);
  });

  it('changes the numbers of a run, keeps the scaler’s state in checkpoints, and holds no memory', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lightning-test-'));
    const train = async (precision: '32-true' | '16-mixed' | 'bf16-mixed', path?: string, ckptPath?: string) => {
      const trainer = quietTrainer({ precision, maxEpochs: ckptPath ? 2 : 1, ...SILENT });
      const module = new TinyModule();
      await trainer.fit(module, { ...tinyLoaders(), ...(ckptPath && { ckptPath }) });
      if (path) await trainer.saveCheckpoint(path);
      const weights = weightsOf(module);
      const scaler = trainer.scaler?.stateDict();
      trainer.dispose();
      module.dispose();
      return { weights, scaler };
    };
    const exact = await train('32-true');
    const bfloat = await train('bf16-mixed');
    const path = join(folder, 'half.ckpt');
    const half = await train('16-mixed', path);
    expect(half.weights).not.toEqual(exact.weights);
    expect(bfloat.weights).not.toEqual(half.weights);
    const distances = bfloat.weights.flat().map((value, i) => Math.abs(value - (exact.weights.flat()[i] ?? 0)));
    expect(Math.max(...distances)).toBeLessThan(0.02); // three digits of each product, over six updates
    expect((await readCheckpoint(path)).MixedPrecision).toEqual(half.scaler);
    const before = tf.memory().numTensors;
    const resumed = await train('16-mixed', undefined, path);
    expect(half.scaler?.scale).toBeLessThan(65536); // the first gradients overflow
    expect(resumed.scaler?._growth_tracker).toBe(Number(half.scaler?._growth_tracker) + 6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('skips updates whose gradients overflow, and lowers the scale', async () => {
    const scaler = new GradScaler({ initScale: 1e30 });
    const trainer = quietTrainer({
      maxSteps: 3,
      plugins: [new MixedPrecision('16-mixed', { scaler })],
      gradientClipVal: 1,
      ...SILENT,
    });
    const module = new TinyModule();
    const before = weightsOf(module);
    await trainer.fit(module, tinyLoaders());
    expect(trainer.globalStep).toBe(3);
    expect(weightsOf(module)).toEqual(before);
    expect(scaler.getScale()).toBe(1e30 / 8);
  });

  it('refuses two plugins of a kind, what is none, and a precision that is given twice', () => {
    expect(() => quietTrainer({ plugins: [new Precision(), new Precision()], ...SILENT })).toThrow(/multiple values/);
    expect(() => quietTrainer({ plugins: {} as never, ...SILENT })).toThrow(/invalid type/);
    expect(() => quietTrainer({ precision: 32, plugins: new Precision(), ...SILENT })).toThrow(/Received both/);
  });

  it('runs a precision of the user’s own', async () => {
    const seen: string[] = [];
    class Watching extends Precision {
      override forwardContext(): Disposable {
        seen.push('begin');
        return { [Symbol.dispose]: () => seen.push('end') };
      }
    }
    const trainer = quietTrainer({ maxSteps: 1, limitValBatches: 0, plugins: new Watching(), ...SILENT });
    await trainer.fit(new TinyModule(), tinyLoaders());
    expect(seen).toEqual(['begin', 'end', 'begin', 'end']); // the step, and backward
  });
});
