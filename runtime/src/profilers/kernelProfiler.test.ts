import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sgdInPlace } from '../accelerators/index.js';
import { readSpans } from '../protocol/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { KernelProfiler, type KernelProfilerOptions } from './kernelProfiler.js';

const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
beforeAll(startTestEngine);
afterAll(() => rmSync(folder, { recursive: true }));

const product = () => tf.tidy(() => void tf.matMul(tf.ones([2, 3]), tf.ones([3, 4])));

/** A profiler that has measured one action, and what its files hold. */
function profileOf(work: () => void, options: KernelProfilerOptions = {}) {
  const profiler = new KernelProfiler({ dirpath: folder, filename: 'perf', ...options });
  profiler.setup({ stage: 'fit', logDir: undefined, print: () => undefined });
  try {
    profiler.profile('action', work);
  } finally {
    profiler.describe();
  }
  return { profiler, ...readSpans(readFileSync(join(folder, 'fit-perf.spans.ndjson'), 'utf8')) };
}

describe('KernelProfiler', () => {
  it('tells shapes, dtype, time and memory of each kernel, inside of the action that ran it', () => {
    const { profiler, spans } = profileOf(() => {
      product();
      product();
    });
    const found = spans.filter(({ name }) => name === 'BatchMatMul');
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({
      category: 'kernel',
      kernel: {
        inputs: [
          [2, 3],
          [3, 4],
        ],
        outputs: [[2, 4]],
        dtype: 'float32',
      },
      bytes: 32,
    });
    expect(spans[found[0]?.parent ?? -1]?.name).toBe('action');
    const [total] = profiler.kernels.filter(({ name }) => name === 'BatchMatMul');
    expect(total).toMatchObject({ calls: 2, bytes: 64 });
    expect(total?.totalMs).toBeGreaterThan(0);
    expect(total?.selfMs).toBeLessThanOrEqual(total?.totalMs ?? 0);
  });

  it('counts no memory for what shares that of its input', () => {
    const { profiler } = profileOf(() => tf.tidy(() => void tf.reshape(tf.ones([4]), [2, 2])));
    expect(profiler.kernels.find(({ name }) => name === 'Reshape')?.bytes).toBe(0);
  });

  it('keeps shapes apart', () => {
    const { profiler } = profileOf(() => {
      tf.tidy(() => void tf.exp(tf.ones([2])));
      tf.tidy(() => void tf.exp(tf.ones([3])));
    });
    const shapes = profiler.kernelsByShape.filter(({ name }) => name === 'Exp').map((each) => each.shapes);
    expect(shapes.sort()).toEqual(['2 → 2 float32', '3 → 3 float32']);
    expect(profiler.kernels.filter(({ name }) => name === 'Exp')).toMatchObject([{ calls: 2 }]);
  });

  it('sees gradients, fused cells and updates in place', () => {
    const cell = tf.layers.lstm({ units: 4, inputShape: [2, 3] });
    const value = tf.tidy(() => tf.variable(tf.ones([8]))); // alone in its memory
    const gradient = tf.ones([8]);
    const { profiler } = profileOf(() => {
      tf.tidy(() => void tf.grad((x) => tf.sum(tf.relu(x)))(tf.ones([3])));
      tf.tidy(() => void cell.apply(tf.ones([1, 2, 3])));
      sgdInPlace({ value, gradient, decay: 0, carry: 0, take: 1, look: 0, rate: 0.1 });
    });
    const names = profiler.kernels.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Relu', 'ReluGrad', 'LSTMStep', 'SGDInPlace']));
    tf.dispose([value, gradient]);
    cell.dispose();
  });

  it('survives a kernel that fails', () => {
    const { profiler, spans } = profileOf(() => {
      expect(() => tf.engine().runKernel('NoSuchKernel', {})).toThrow('NoSuchKernel');
      product();
    });
    expect(profiler.kernels.some(({ name }) => name === 'NoSuchKernel')).toBe(false);
    expect(spans.filter(({ name }) => name === 'BatchMatMul').map(({ depth }) => depth)).toEqual([2]);
  });

  it('leaves the engine as it was, and no tensor', () => {
    const { numTensors } = tf.memory();
    const isOwn = () => Object.hasOwn(tf.engine(), 'runKernelFunc');
    expect(isOwn()).toBe(false);
    let duringRun = false;
    profileOf(() => {
      duringRun = isOwn();
      product();
    });
    expect([duringRun, isOwn()]).toEqual([true, false]);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('gives the engine back also when the action fails', () => {
    const fail = () => {
      throw new RangeError('no');
    };
    expect(() => profileOf(fail)).toThrow('no');
    expect(Object.hasOwn(tf.engine(), 'runKernelFunc')).toBe(false);
  });

  it('records the steps that its schedule tells', () => {
    const profiler = new KernelProfiler({ schedule: { wait: 1, warmup: 1, active: 1, repeat: 1 } });
    profiler.setup({ stage: 'fit', logDir: undefined, print: () => undefined });
    for (let step = 0; step < 6; step++) profiler.profile('run_training_batch', product);
    profiler.describe();
    expect(profiler.kernels.find(({ name }) => name === 'BatchMatMul')?.calls).toBe(1);
    expect(profiler.durations.get('run_training_batch')?.calls).toBe(6);
  });

  it('reports actions, kernels, and kernels by shapes', () => {
    const { profiler } = profileOf(
      () => {
        product();
        tf.tidy(() => void tf.exp(tf.ones([2])));
      },
      { rowLimit: 1, sortBy: 'calls' },
    );
    const report = profiler.summary();
    expect(report).toMatch(/^FIT Profiler Report\n/);
    for (const part of ['|  action\t', '\nKernels\n', '\nKernels by shapes\n', 'Tensors took', 'and 1 more']) {
      expect(report).toContain(part);
    }
    const columns = ['Kernel', 'Self time (s)', 'Self %', 'Total time (s)', 'Mean (s)', 'Num calls', 'Memory'];
    const heads = report.split('\n').map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
    expect(heads).toContainEqual(columns);
    expect(profileOf(product, { groupByInputShapes: false }).profiler.summary()).not.toContain('by shapes');
  });

  it('says when there was nothing to record', () => {
    expect(profileOf(() => undefined).profiler.summary()).toContain('Kernels: none were recorded.');
  });

  it.each([
    [{ sortBy: 'luck' }, '`sortBy`'],
    [{ rowLimit: -2 }, '`rowLimit`'],
    [{ maxSpans: 0 }, '`maxSpans`'],
    [{ schedule: { active: 0 } }, '`schedule.active`'],
  ])('refuses %o', (options, text) => {
    expect(() => new KernelProfiler(options as KernelProfilerOptions)).toThrow(text);
  });
});
