/** The least module and data that the tests of several rooms share. Not part of the package. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../accelerators/index.js';
import { LightningModule, type StepOutput } from '../core/index.js';
import { DataLoader, TensorDataset } from '../data/index.js';
import * as optim from '../optim/index.js';
import * as tf from '../tf.js';
import { Trainer, type TrainerOptions } from '../trainer/index.js';

export type TinyBatch = [x: tf.Tensor, y: tf.Tensor];

/** Two dense layers on four numbers; logs its losses. */
export class TinyModule extends LightningModule {
  net = tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, activation: 'tanh', inputShape: [4], kernelInitializer: initializer(1) }),
      tf.layers.dense({ units: 1, kernelInitializer: initializer(2) }),
    ],
  });

  override forward(x: tf.Tensor): tf.Tensor {
    return this.net.apply(x) as tf.Tensor; // of one tensor comes one tensor
  }

  override trainingStep([x, y]: TinyBatch, _batchIdx: number): StepOutput | Promise<StepOutput> {
    const loss = this.loss(x, y);
    this.log('train_loss', loss);
    return loss;
  }

  override validationStep([x, y]: TinyBatch): unknown {
    this.log('val_loss', this.loss(x, y));
    return undefined;
  }

  override testStep([x, y]: TinyBatch): unknown {
    this.log('test_loss', this.loss(x, y));
    return undefined;
  }

  override predictStep([x]: TinyBatch): unknown {
    return this.forward(x);
  }

  override configureOptimizers(): optim.Optimizer {
    return new optim.Adam(this.parameters(), { lr: 0.05 });
  }

  loss(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
    return tf.losses.meanSquaredError(y, this.forward(x)) as tf.Scalar; // reduced to one number by default
  }
}

/** Loaders of a fixed little regression problem: 24 samples for training, 8 for the rest. */
export function tinyLoaders({ batchSize = 4, shuffle = false } = {}) {
  const loader = (samples: number, shuffled: boolean) => {
    const x = Float32Array.from({ length: samples * 4 }, (_, i) => Math.sin(i * 1.7));
    const y = Float32Array.from({ length: samples }, (_, i) => (x[i * 4] ?? 0) - 0.5 * (x[i * 4 + 2] ?? 0));
    const dataset = new TensorDataset({ data: x, shape: [samples, 4] }, { data: y, shape: [samples, 1] });
    return new DataLoader(dataset, { batchSize, shuffle: shuffled, seed: 7 });
  };
  return { trainDataloader: loader(24, shuffle), valDataloaders: loader(8, false) };
}

/** A Trainer that prints nothing and writes into a fresh folder. */
export function quietTrainer(options: TrainerOptions = {}): Trainer {
  return new Trainer({
    enableProgressBar: false,
    enableModelSummary: false,
    defaultRootDir: mkdtempSync(join(tmpdir(), 'lightning-test-')),
    ...options,
  });
}

/** Starts the engine that tests run on. */
export async function startTestEngine(): Promise<void> {
  await startEngine('cpu');
}

/** All weights of a module as plain numbers. */
export function weightsOf(module: LightningModule): number[][] {
  return module.namedWeights().map(({ variable }) => [...variable.dataSync()]);
}

function initializer(seed: number) {
  return tf.initializers.glorotUniform({ seed });
}
