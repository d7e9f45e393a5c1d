import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';

beforeAll(startTestEngine);

const SILENT = { logger: false, enableCheckpointing: false, numSanityValSteps: 0 } as const;

/** One optimizer for each layer, stepped one after the other on a loss of its own. */
class Alternating extends TinyModule {
  override automaticOptimization = false;

  override async trainingStep([x, y]: TinyBatch, _batchIdx: number): Promise<undefined> {
    for (const optimizer of this.optimizers()) {
      optimizer.zeroGrad();
      const loss = this.loss(x, y);
      await this.manualBackward(loss);
      await optimizer.step();
    }
  }

  override configureOptimizers(): never {
    const [kernel, bias, ...head] = this.parameters();
    return [new optim.SGD([kernel, bias] as tf.Variable[], { lr: 0.1 }), new optim.Adam(head, { lr: 0.05 })] as never; // a list of optimizers; the base class of the tests names one
  }
}

/** The same by hand, on plain numbers of a fresh tape. */
function expectedAfter(steps: number): number[][] {
  const module = new TinyModule();
  const batches = [...Array(steps).keys()].map((index) => batchOf(index));
  const [kernel, bias, ...head] = module.parameters();
  const groups = [[kernel, bias] as tf.Variable[], head];
  const optimizers = [tf.train.sgd(0.1), tf.train.adam(0.05, 0.9, 0.999, 1e-8)];
  for (const [x, y] of batches) {
    for (const [index, optimizer] of optimizers.entries()) {
      optimizer.minimize(() => module.loss(x, y), false, groups[index]);
    }
  }
  return weightsOf(module);
}

function batchOf(index: number): TinyBatch {
  const x = Float32Array.from({ length: 24 * 4 }, (_, i) => Math.sin(i * 1.7));
  const y = Float32Array.from({ length: 24 }, (_, i) => (x[i * 4] ?? 0) - 0.5 * (x[i * 4 + 2] ?? 0));
  const from = index * 4;
  return [tf.tensor2d(x.slice(from * 4, (from + 4) * 4), [4, 4]), tf.tensor2d(y.slice(from, from + 4), [4, 1])];
}

describe('manual optimization', () => {
  it('updates weights between the losses of one step, as tfjs does', async () => {
    const module = new Alternating();
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 1 });
    await trainer.fit(module, tinyLoaders());
    expect(trainer.globalStep).toBe(12); // both optimizers count
    const expected = expectedAfter(6);
    for (const [index, weight] of weightsOf(module).entries()) {
      for (const [at, value] of weight.entries()) expect(value).toBeCloseTo(expected[index]?.[at] ?? Number.NaN, 4);
    }
  });

  it('computes two losses first and updates then: what was recorded stays right', async () => {
    class TwoLosses extends Alternating {
      seen: number[] = [];
      override async trainingStep([x, y]: TinyBatch): Promise<undefined> {
        const [first, second] = this.optimizers();
        const loss = this.loss(x, y);
        const other = tf.mul<tf.Scalar>(this.loss(x, y), 2);
        first?.zeroGrad();
        second?.zeroGrad();
        await this.manualBackward(loss);
        const before = gradientsNow(this);
        await first?.step(); // in place on the heap, unless the second loss still needs the old values
        first?.zeroGrad();
        second?.zeroGrad();
        await this.manualBackward(other);
        const after = gradientsNow(this);
        this.seen.push(...after.map((value, index) => value - 2 * (before[index] ?? Number.NaN)));
      }
    }
    const module = new TwoLosses();
    await quietTrainer({ ...SILENT, maxEpochs: 1 }).fit(module, tinyLoaders());
    expect(Math.max(...module.seen.map(Math.abs))).toBeLessThan(1e-5);
  });

  it.each([
    ['a step', Alternating],
    [
      'a step that throws between backward and step',
      class extends Alternating {
        override async trainingStep([x, y]: TinyBatch): Promise<undefined> {
          await this.manualBackward(this.loss(x, y));
          throw new Error('between the two');
        }
      },
    ],
  ])('gives back all memory: %s', async (_name, Module) => {
    const module = new Module();
    const run = async () => {
      const trainer = quietTrainer({ ...SILENT, maxEpochs: 2 });
      await trainer.fit(module, tinyLoaders()).catch((error: Error) => expect(error.message).toBe('between the two'));
      trainer.dispose();
    };
    await run();
    const before = tf.memory().numTensors;
    await run();
    await run();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('passes a closure to an optimizer that needs one, and counts one step', async () => {
    class Closing extends TinyModule {
      override automaticOptimization = false;
      override async trainingStep([x, y]: TinyBatch): Promise<undefined> {
        const [optimizer] = this.optimizers();
        const loss = await optimizer?.step(async () => {
          optimizer.zeroGrad();
          const value = this.loss(x, y);
          await this.manualBackward(value);
          return value;
        });
        this.log('loss', loss as tf.Scalar);
      }
      override configureOptimizers() {
        return new optim.LBFGS(this.parameters(), { lr: 0.1, maxIter: 3 });
      }
    }
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 1 });
    await trainer.fit(new Closing(), tinyLoaders());
    expect(trainer.globalStep).toBe(6);
    expect(trainer.callbackMetrics.loss).toBeGreaterThan(0);
  });

  it('hands out the optimizers as they are, whose steps nobody counts', async () => {
    class Raw extends Alternating {
      override async trainingStep([x, y]: TinyBatch): Promise<undefined> {
        const [optimizer] = this.optimizers({ usePlOptimizer: false });
        expect(optimizer).toBeInstanceOf(optim.SGD);
        await this.manualBackward(this.loss(x, y));
        await optimizer?.step();
        optimizer?.zeroGrad();
      }
    }
    const module = new Raw();
    const before = weightsOf(module);
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 1 });
    await trainer.fit(module, tinyLoaders());
    expect([trainer.globalStep, weightsOf(module)[0]]).not.toEqual([0, before[0]]);
    expect(trainer.globalStep).toBe(0);
  });

  it('toggles: only the parameters of one optimizer get gradients, and all learn again afterwards', async () => {
    const seen: unknown[] = [];
    class Toggling extends Alternating {
      override async trainingStep([x, y]: TinyBatch, batchIdx: number): Promise<undefined> {
        const [first, second] = this.optimizers();
        {
          using _toggled = first?.toggleModel();
          await this.manualBackward(this.loss(x, y));
        }
        seen.push(this.parameters().map((parameter) => this.grad(parameter) !== undefined));
        first?.zeroGrad();
        if (second) this.toggleOptimizer(second);
        await this.manualBackward(this.loss(x, y));
        seen.push(this.parameters().map((parameter) => this.grad(parameter) !== undefined));
        if (batchIdx === 0) throw new Error('while toggled');
      }
    }
    const module = new Toggling();
    await expect(quietTrainer(SILENT).fit(module, tinyLoaders())).rejects.toThrow('while toggled');
    expect(seen).toEqual([
      [true, true, false, false],
      [false, false, true, true],
    ]);
    expect(module.parameters().every(({ trainable }) => trainable)).toBe(true);
  });

  it.each([
    [
      'manualBackward before a step',
      'manualBackward',
      (module: Alternating, loss: tf.Scalar) => {
        void module.manualBackward(loss);
        return module.optimizers()[0]?.step();
      },
    ],
    [
      'manualBackward before zeroGrad',
      'manualBackward',
      (module: Alternating, loss: tf.Scalar) => {
        void module.manualBackward(loss);
        module.optimizers()[0]?.zeroGrad();
        return undefined;
      },
    ],
    [
      'manualBackward at the end, with a hook that takes its time',
      'manualBackward',
      (module: Alternating, loss: tf.Scalar) => {
        module.onAfterBackward = () => new Promise((resolve) => setImmediate(resolve));
        void module.manualBackward(loss);
        return undefined;
      },
    ],
    [
      'a step at the end',
      'optimizer.step',
      async (module: Alternating, loss: tf.Scalar) => {
        await module.manualBackward(loss);
        void module.optimizers()[0]?.step();
      },
    ],
  ])('says what was not awaited: %s', async (_name, call, body) => {
    class Hasty extends Alternating {
      override async trainingStep([x, y]: TinyBatch): Promise<undefined> {
        await body(this, this.loss(x, y));
      }
    }
    await expect(quietTrainer(SILENT).fit(new Hasty(), tinyLoaders())).rejects.toMatchObject({
      code: 'not-awaited',
      message: expect.stringContaining(call),
    });
  });

  it.each([
    ['gradientClipVal', { gradientClipVal: 1 }, 'manual-clipping'],
    ['accumulateGradBatches', { accumulateGradBatches: 2 }, 'manual-accumulation'],
  ])('refuses the option %s', async (_name, options, code) => {
    await expect(quietTrainer({ ...SILENT, ...options }).fit(new Alternating(), tinyLoaders())).rejects.toMatchObject({
      code,
    });
  });

  it('refuses several optimizers, and manualBackward, under automatic optimization', async () => {
    const automatic = new Alternating();
    automatic.automaticOptimization = true;
    await expect(quietTrainer(SILENT).fit(automatic, tinyLoaders())).rejects.toMatchObject({
      code: 'several-optimizers',
    });
    class Mixed extends TinyModule {
      override async trainingStep([x, y]: TinyBatch): Promise<undefined> {
        await this.manualBackward(this.loss(x, y));
      }
    }
    await expect(quietTrainer(SILENT).fit(new Mixed(), tinyLoaders())).rejects.toMatchObject({
      code: 'automatic-optimization',
    });
  });

  it.each([
    ['a vector', (module: Alternating, x: tf.Tensor) => module.manualBackward(module.forward(x)), 'loss-not-scalar'],
    ['text', () => Promise.resolve('loss'), 'manual-output'],
  ])('refuses %s', async (_name, body, code) => {
    class Odd extends Alternating {
      override async trainingStep([x]: TinyBatch): Promise<never> {
        return (await body(this, x)) as never;
      }
    }
    await expect(quietTrainer(SILENT).fit(new Odd(), tinyLoaders())).rejects.toMatchObject({ code });
  });

  it('leaves schedulers to the step, and says which of their settings it does not use', async () => {
    class Scheduled extends Alternating {
      override async trainingStep(batch: TinyBatch, batchIdx: number): Promise<undefined> {
        await super.trainingStep(batch, batchIdx);
        if (batchIdx % 3 === 2) this.lrSchedulers()[0]?.step();
      }
      override configureOptimizers(): never {
        const optimizer = new optim.SGD(this.parameters(), { lr: 1 });
        const scheduler = new optim.StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
        return { optimizer, lrScheduler: { scheduler, interval: 'step', monitor: 'nothing' } } as never;
      }
    }
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 1 });
    await trainer.fit(new Scheduled(), tinyLoaders());
    const messages = warn.mock.calls.map(([message]) => String(message));
    warn.mockRestore();
    expect(trainer.optimizers[0]?.paramGroups[0]?.lr).toBe(0.25);
    expect(messages.filter((message) => message.includes('monitor'))).toHaveLength(1);
  });

  it('goes on from a checkpoint as if it had not stopped', async () => {
    const whole = new Alternating();
    await quietTrainer({ ...SILENT, maxEpochs: 2 }).fit(whole, tinyLoaders());
    for (const stopAt of [2, 5, 6, 9]) {
      const path = join(mkdtempSync(join(tmpdir(), 'lightning-manual-')), 'stopped.ckpt');
      const first = new Alternating();
      const trainer = quietTrainer({ ...SILENT, maxEpochs: 2 });
      let batches = 0;
      first.onTrainBatchEnd = async () => {
        if (++batches === stopAt) await trainer.saveCheckpoint(path);
      };
      await trainer.fit(first, tinyLoaders());
      const second = new Alternating();
      const again = quietTrainer({ ...SILENT, maxEpochs: 2 });
      await again.fit(second, { ...tinyLoaders(), ckptPath: path });
      expect(weightsOf(second)).toEqual(weightsOf(whole));
      expect([again.globalStep, again.fitLoop.epochLoop.batchesThatStepped]).toEqual([24, 12]);
    }
  });
});

describe('clipGradients', () => {
  it('takes from the Trainer what it is not told, and refuses to be told otherwise', async () => {
    const norms: number[] = [];
    class Clipping extends TinyModule {
      override configureGradientClipping(optimizer: optim.Optimizer): void {
        this.clipGradients(optimizer);
        norms.push(Math.hypot(...gradientsNow(this)));
        expect(() => this.clipGradients(optimizer, 0.5)).toThrow('clipGradients');
      }
    }
    await quietTrainer({ ...SILENT, maxEpochs: 1, gradientClipVal: 0.01 }).fit(new Clipping(), tinyLoaders());
    expect(Math.max(...norms)).toBeLessThan(0.0101);
  });
});

function gradientsNow(module: TinyModule): number[] {
  return module.parameters().flatMap((parameter) => [...(module.grad(parameter)?.dataSync() ?? [])]);
}
