import type { ModuleTemplate } from './template.js';

/** A recurrent network that says how a series goes on. */
export const sequence: ModuleTemplate = {
  label: 'Sequence model',
  description: 'An LSTM that predicts the next value of a series',
  defaultName: 'LitSequence',
  imports: ['optim', 'tf'],
  batch: '[series: tf.Tensor, next: tf.Tensor]',
  doc: 'Says how a series goes on: sixteen values in, the next one out.',
  hparams: 'lr: 1e-2, hidden: 16',
  body: `  net: tf.Sequential;

  constructor(override readonly hparams = $hparams) {
    super();
    this.saveHyperparameters(hparams);
    this.net = tf.sequential({
      layers: [tf.layers.lstm({ units: hparams.hidden, inputShape: [16, 1] }), tf.layers.dense({ units: 1 })],
    });
  }

  /** @param series [batch, time, 1] */
  override forward(series: tf.Tensor) {
    return this.net.apply(series) as tf.Tensor2D;
  }

  override trainingStep([series, next]: $NameBatch, _batchIdx: number) {
    const loss = this.error(series, next);
    this.log('train_loss', loss, { progBar: true, onEpoch: true });
    return loss;
  }

  override validationStep([series, next]: $NameBatch, _batchIdx: number) {
    this.log('val_loss', this.error(series, next), { progBar: true });
  }

  override testStep([series, next]: $NameBatch, _batchIdx: number) {
    this.log('test_loss', this.error(series, next));
  }

  override predictStep([series]: $NameBatch, _batchIdx: number) {
    return this.forward(series);
  }

  override configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.hparams.lr });
  }

  private error(series: tf.Tensor, next: tf.Tensor) {
    return tf.losses.meanSquaredError(next, this.forward(series)) as tf.Scalar;
  }
`,
  loader: `  /** Pieces of waves, the same in every run. */
  private loader(first: number, count: number, shuffle = false) {
    const value = (sample: number, time: number) => Math.sin((time + sample * 3) * (0.2 + (sample % 5) * 0.05));
    const series = Float32Array.from({ length: count * 16 }, (_, i) => value(first + Math.floor(i / 16), i % 16));
    const next = Float32Array.from({ length: count }, (_, i) => value(first + i, 16));
    const dataset = new TensorDataset({ data: series, shape: [count, 16, 1] }, { data: next, shape: [count, 1] });
    return new DataLoader(dataset, { batchSize: this.hparams.batchSize, shuffle, seed: 1 });
  }
`,
};
