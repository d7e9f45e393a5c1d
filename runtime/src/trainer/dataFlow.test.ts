/** The data flow of PyTorch Lightning 1.6: step end and epoch end hooks, 'dp', truncated back-propagation. */
import { beforeAll, describe, expect, it } from 'vitest';
import { gradientsOf } from '../autograd/index.js';
import { LightningModule, type StepOutput } from '../core/index.js';
import { DataLoader, TensorDataset } from '../data/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { TrainerOptions } from './options.js';

beforeAll(startTestEngine);

const SILENT = { logger: false, enableCheckpointing: false, numSanityValSteps: 0, maxEpochs: 1 } as const;
const numbers = (outputs: unknown): unknown => {
  if (outputs instanceof tf.Tensor) return Number(tf.tidy(() => tf.mean(outputs).dataSync()[0]));
  if (Array.isArray(outputs)) return outputs.map(numbers);
  if (typeof outputs !== 'object' || outputs === null) return outputs;
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, numbers(value)]));
};

describe('trainingStepEnd and trainingEpochEnd', () => {
  it('are given what the step returned, and what all steps came to', async () => {
    const ends: unknown[] = [];
    class Collecting extends TinyModule {
      override trainingStep([x, y]: TinyBatch, batchIdx: number): StepOutput {
        return { loss: this.loss(x, y), batchIdx };
      }
      override trainingStepEnd(output: { loss: tf.Scalar; batchIdx: number }): StepOutput {
        this.log('inStepEnd', output.batchIdx);
        return { ...output, doubled: output.batchIdx * 2 };
      }
      override trainingEpochEnd(outputs: readonly unknown[]): void {
        ends.push(numbers(outputs));
        this.log('seen', outputs.length);
      }
    }
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 2, limitTrainBatches: 3 });
    await trainer.fit(new Collecting(), tinyLoaders());
    const batches = [0, 1, 2].map((batchIdx) => ({ loss: expect.any(Number), batchIdx, doubled: batchIdx * 2 }));
    expect(ends).toEqual([batches, batches]);
    expect(trainer.callbackMetrics).toMatchObject({ inStepEnd: 2, seen: 3 });
  });

  it('leaves out steps that returned nothing, and refuses an epoch end that returns something', async () => {
    const seen: number[] = [];
    class Skipping extends TinyModule {
      override trainingStep(batch: TinyBatch, batchIdx: number) {
        return batchIdx % 2 === 0 ? super.trainingStep(batch, batchIdx) : undefined;
      }
      override trainingEpochEnd(outputs: readonly unknown[]): never {
        seen.push(outputs.length);
        return 'something' as never;
      }
    }
    await expect(quietTrainer(SILENT).fit(new Skipping(), tinyLoaders())).rejects.toMatchObject({
      code: 'epoch-end-output',
    });
    expect(seen).toEqual([3]);
  });
});

describe.each(['validation', 'test'] as const)('%sStepEnd and EpochEnd', (stage) => {
  class Evaluating extends TinyModule {
    ends: unknown[] = [];
    override validationStep([x]: TinyBatch, batchIdx = 0, dataloaderIdx = 0): unknown {
      return { batchIdx, dataloaderIdx, x };
    }
    override testStep(batch: TinyBatch, batchIdx = 0, dataloaderIdx = 0): unknown {
      return this.validationStep(batch, batchIdx, dataloaderIdx);
    }
    override validationStepEnd({ batchIdx, dataloaderIdx }: { batchIdx: number; dataloaderIdx: number }): unknown {
      return dataloaderIdx * 10 + batchIdx;
    }
    override testStepEnd(output: { batchIdx: number; dataloaderIdx: number }): unknown {
      return this.validationStepEnd(output);
    }
    override validationEpochEnd(outputs: readonly unknown[]): void {
      this.ends.push(outputs);
      this.log('count', outputs.length);
    }
    override testEpochEnd(outputs: readonly unknown[]): void {
      this.validationEpochEnd(outputs);
    }
  }
  const run = async (loaders: number) => {
    const module = new Evaluating();
    const dataloaders = Array.from({ length: loaders }, () => tinyLoaders().valDataloaders);
    const trainer = quietTrainer(SILENT);
    const results = await trainer[stage === 'test' ? 'test' : 'validate'](module, {
      dataloaders: loaders === 1 ? dataloaders[0] : dataloaders,
    });
    return { ends: module.ends, results };
  };

  it('of one loader are given a list', async () => {
    expect(await run(1)).toEqual({ ends: [[0, 1]], results: [{ count: 2 }] });
  });

  it('of several loaders are given a list for each', async () => {
    expect((await run(2)).ends).toEqual([
      [
        [0, 1],
        [10, 11],
      ],
    ]);
  });
});

describe.each(['dp', 'ddp2'] as const)("strategy: '%s'", (strategy) => {
  it('calls the step for each part, and the end hook with the list of outputs', async () => {
    // for sub_batch: dp_outs.append(training_step(sub_batch)); out = training_step_end(dp_outs); outs.append(out)
    const calls: unknown[] = [];
    class Parts extends TinyModule {
      override trainingStep([x, y]: TinyBatch, batchIdx: number): StepOutput {
        calls.push(['step', batchIdx, x.shape[0]]);
        return { loss: this.loss(x, y), size: x.shape[0] ?? 0 };
      }
      override trainingStepEnd(parts: readonly { loss: tf.Scalar; size: number }[]): StepOutput {
        calls.push(['stepEnd', parts.map(({ size }) => size)]);
        const losses = parts.map(({ loss, size }) => tf.mul<tf.Scalar>(loss, size));
        return {
          loss: tf.div(
            tf.addN(losses),
            parts.reduce((sum, { size }) => sum + size, 0),
          ),
          parts: parts.length,
        };
      }
      override trainingEpochEnd(outputs: readonly unknown[]): void {
        calls.push(['epochEnd', numbers(outputs)]);
      }
      override validationStep([x]: TinyBatch): unknown {
        return x.shape[0];
      }
      override validationStepEnd(parts: readonly number[]): unknown {
        calls.push(['validationStepEnd', parts]);
        return parts.length;
      }
      override validationEpochEnd(outputs: readonly unknown[]): void {
        calls.push(['validationEpochEnd', outputs]);
      }
    }
    const trainer = quietTrainer({ ...SILENT, strategy, devices: 3, limitTrainBatches: 2 });
    await trainer.fit(new Parts(), tinyLoaders({ batchSize: 8 }));
    const batch = (index: number) => [
      ['step', index, 3],
      ['step', index, 3],
      ['step', index, 2],
      ['stepEnd', [3, 3, 2]],
    ];
    const output = { loss: expect.any(Number), parts: 3 };
    expect(calls).toEqual([
      ...batch(0),
      ...batch(1),
      ['validationStepEnd', [3, 3, 2]],
      ['validationEpochEnd', [3]],
      ['epochEnd', [output, output]],
    ]);
  });

  it('without an end hook averages the losses: parts of one size train as the whole batch', async () => {
    const train = async (options: TrainerOptions) => {
      const module = new TinyModule();
      const trainer = quietTrainer({ ...SILENT, ...options });
      await trainer.fit(module, tinyLoaders());
      return { weights: weightsOf(module).flat(), loss: trainer.callbackMetrics.train_loss };
    };
    const [whole, split] = [await train({}), await train({ strategy, devices: [0, 1] })];
    for (const [index, weight] of split.weights.entries()) expect(weight).toBeCloseTo(whole.weights[index] ?? 0, 5);
    expect(split.loss).toEqual(expect.any(Number));
  });

  it('gives back all memory', async () => {
    class Outputs extends TinyModule {
      override trainingEpochEnd(): void {}
      override validationEpochEnd(): void {}
      override validationStep([x]: TinyBatch): unknown {
        return { x };
      }
    }
    const module = new Outputs();
    const counts: number[] = [];
    module.onTrainEpochEnd = () => {
      counts.push(tf.memory().numTensors);
    };
    await quietTrainer({ ...SILENT, maxEpochs: 4, strategy, devices: 2 }).fit(module, tinyLoaders());
    expect(new Set(counts.slice(1)).size).toBe(1);
  });
});

describe('devices and strategy', () => {
  it.each<[object, string]>([
    [{ devices: 0 }, '`devices` is 0'],
    [{ devices: '0' }, "`devices` is '0'"],
    [{ devices: [] }, '`devices` is []'],
    [{ devices: [1, 1] }, '`devices` is [1,1]'],
    [{ devices: 2 }, "strategy: 'dp'"],
    [{ strategy: 'dpp' }, "Did you mean 'dp'?"],
  ])('%o are refused', (options, message) => {
    expect(() => quietTrainer(options)).toThrow(message);
  });
});

/** An accumulator over time: h ← h + w·x, the loss of a piece is the last h squared. */
class Recurrent extends LightningModule {
  override truncatedBpttSteps = 2;
  readonly w = tf.variable(tf.scalar(1));
  readonly seen: unknown[] = [];

  override trainingStep([x]: [tf.Tensor2D], batchIdx: number, hiddens?: tf.Tensor): StepOutput {
    let h = hiddens ?? tf.zeros([x.shape[0]]);
    for (const column of tf.unstack(x, 1)) h = tf.add(h, tf.mul(column, this.w));
    this.seen.push([batchIdx, [...x.dataSync()], hiddens ? [...hiddens.dataSync()] : undefined]);
    return { loss: tf.mean(tf.square(h)), hiddens: h };
  }

  override onAfterBackward(): void {
    this.seen.push(Number(gradientsOf(this.w)?.dataSync()[0]));
  }

  override configureOptimizers() {
    return new optim.SGD([this.w], { lr: 0 });
  }
}

function setStep(module: Recurrent, step: () => StepOutput): void {
  module.trainingStep = step;
}

describe('truncatedBpttSteps', () => {
  const loader = () =>
    new DataLoader(new TensorDataset({ data: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), shape: [2, 5] }), {
      batchSize: 1,
    });

  it('trains on each piece, with the state of the one before, and gradients end where the piece begins', async () => {
    const module = new Recurrent();
    const ends: unknown[] = [];
    module.trainingEpochEnd = (outputs) => {
      ends.push(numbers(outputs));
    };
    const trainer = quietTrainer(SILENT);
    await trainer.fit(module, { trainDataloader: loader() });
    expect(module.seen).toEqual([
      [0, [1, 2], undefined],
      2 * 3 * 3, // d/dw (1w + 2w)²
      [0, [3, 4], [3]],
      2 * 10 * 7, // d/dw (3 + 3w + 4w)²
      [0, [5], [10]],
      2 * 15 * 5,
      [1, [6, 7], undefined],
      2 * 13 * 13,
      [1, [8, 9], [13]],
      2 * 30 * 17,
      [1, [10], [30]],
      2 * 40 * 10,
    ]);
    expect(ends).toEqual([
      [
        [{ loss: 9 }, { loss: 100 }, { loss: 225 }],
        [{ loss: 169 }, { loss: 900 }, { loss: 1600 }],
      ],
    ]);
    expect([trainer.globalStep, trainer.fitLoop.epochLoop.batchesThatStepped]).toEqual([6, 2]);
  });

  it('sums up the gradients of all pieces while gradients are accumulated', async () => {
    const module = new Recurrent();
    const trainer = quietTrainer({ ...SILENT, accumulateGradBatches: 2 });
    await trainer.fit(module, { trainDataloader: loader() });
    const gradients = module.seen.filter((entry) => typeof entry === 'number');
    const each = [18, 140, 150, 338, 1020, 800].map((gradient) => gradient / 2);
    // The last batch steps with each of its pieces.
    expect(gradients).toEqual(each.map((_, index) => each.slice(0, index + 1).reduce((sum, value) => sum + value, 0)));
  });

  it('may be the Trainer’s option, and the split the module’s own', async () => {
    class Own extends Recurrent {
      override truncatedBpttSteps = 0;
      override tbpttSplitBatch([x]: [tf.Tensor2D], splitSize: number): tf.Tensor[][] {
        return tf.split(x, [splitSize, 5 - splitSize], 1).map((piece) => [piece]);
      }
    }
    const module = new Own();
    await quietTrainer({ ...SILENT, truncatedBpttSteps: 4, limitTrainBatches: 1 }).fit(module, {
      trainDataloader: loader(),
    });
    expect(module.seen.filter(Array.isArray)).toEqual([
      [0, [1, 2, 3, 4], undefined],
      [0, [5], [10]],
    ]);
  });

  it.each<[string, (module: Recurrent) => void, string]>([
    [
      'a step without hiddens',
      (module) => setStep(module, () => tf.mean(tf.mul(module.w, 2))),
      'returned no `hiddens`',
    ],
    [
      'hiddens without pieces',
      (module) => {
        module.truncatedBpttSteps = 0;
        setStep(module, () => ({ loss: tf.mean(tf.mul(module.w, 2)), hiddens: 1 }));
      },
      'but truncatedBpttSteps is 0',
    ],
    ['a batch without time', (module) => (module.onAfterBatchTransfer = () => tf.tensor1d([1])), 'no tensor of shape'],
    [
      'tensors of different lengths',
      (module) => (module.onAfterBatchTransfer = () => [tf.zeros([1, 2]), tf.zeros([1, 3])]),
      '2 and 3 steps of time',
    ],
  ])('refuses %s', async (_name, change, message) => {
    const module = new Recurrent();
    change(module);
    await expect(quietTrainer(SILENT).fit(module, { trainDataloader: loader() })).rejects.toThrow(message);
  });

  it('gives back all memory', async () => {
    const module = new Recurrent();
    const counts: number[] = [];
    module.onTrainEpochEnd = () => {
      counts.push(tf.memory().numTensors);
    };
    await quietTrainer({ ...SILENT, maxEpochs: 4 }).fit(module, { trainDataloader: loader() });
    expect(new Set(counts.slice(1)).size).toBe(1);
  });
});
