// A small classifier on 8×8 images of digits. Trains in seconds: `npx lightning fit examples/digits/digits.ts`
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DataLoader, LightningDataModule, LightningModule, optim, TensorDataset, tf } from 'lightning-tfjs';

type Batch = [images: tf.Tensor, digits: tf.Tensor];

export class LitDigits extends LightningModule {
  net: tf.Sequential;

  constructor(readonly hparams = { lr: 2e-3, hidden: 64 }) {
    super();
    this.saveHyperparameters(hparams);
    this.net = tf.sequential({
      layers: [
        tf.layers.dense({ units: hparams.hidden, activation: 'relu', inputShape: [64] }),
        tf.layers.dense({ units: 10 }),
      ],
    });
  }

  forward(images: tf.Tensor) {
    return this.net.apply(images) as tf.Tensor2D;
  }

  trainingStep([images, digits]: Batch) {
    const { loss, accuracy } = this.score(images, digits);
    this.log('train_loss', loss, { progBar: true, onEpoch: true });
    this.log('train_acc', accuracy);
    return loss;
  }

  validationStep([images, digits]: Batch) {
    const { loss, accuracy } = this.score(images, digits);
    this.log('val_loss', loss, { progBar: true });
    this.log('val_acc', accuracy, { progBar: true });
  }

  testStep([images, digits]: Batch) {
    this.log('test_acc', this.score(images, digits).accuracy);
  }

  predictStep([images]: Batch) {
    return tf.argMax(this.forward(images), 1);
  }

  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.hparams.lr });
  }

  private score(images: tf.Tensor, digits: tf.Tensor) {
    const logits = this.forward(images);
    const loss = tf.losses.softmaxCrossEntropy(tf.oneHot(digits, 10), logits) as tf.Scalar;
    const accuracy = tf.mean(tf.equal(tf.argMax(logits, 1), digits)) as tf.Scalar;
    return { loss, accuracy };
  }
}

export class DigitsDataModule extends LightningDataModule {
  private pixels = new Float32Array();
  private labels = new Int32Array();

  constructor(readonly hparams = { batchSize: 32, seed: 1 }) {
    super();
    this.saveHyperparameters(hparams);
  }

  setup() {
    const rows = gunzipSync(readFileSync(new URL('./digits.csv.gz', import.meta.url)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number));
    this.pixels = Float32Array.from(
      rows.flatMap((row) => row.slice(0, 64)),
      (pixel) => pixel / 16,
    );
    this.labels = Int32Array.from(rows, (row) => row[64]);
  }

  trainDataloader() {
    return this.loader(0, 1297, true);
  }

  valDataloader() {
    return this.loader(1297, 1547);
  }

  testDataloader() {
    return this.loader(1547, 1797);
  }

  predictDataloader() {
    return this.testDataloader();
  }

  private loader(from: number, to: number, shuffle = false) {
    const dataset = new TensorDataset(
      { data: this.pixels.subarray(from * 64, to * 64), shape: [to - from, 64] },
      { data: this.labels.subarray(from, to), shape: [to - from] },
    );
    return new DataLoader(dataset, { batchSize: this.hparams.batchSize, shuffle, seed: this.hparams.seed });
  }
}
