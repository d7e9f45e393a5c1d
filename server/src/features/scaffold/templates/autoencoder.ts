import type { ModuleTemplate } from './template.js';

/** A network that learns to squeeze what it is given, and to restore it. */
export const autoencoder: ModuleTemplate = {
  label: 'Autoencoder',
  description: 'An encoder and a decoder with a squared error',
  defaultName: 'LitAutoencoder',
  imports: ['optim', 'tf'],
  batch: '[inputs: tf.Tensor]',
  doc: 'Squeezes eight numbers into a few, and restores them.',
  hparams: 'lr: 1e-2, latent: 2',
  body: `  encoder: tf.Sequential;
  decoder: tf.Sequential;

  constructor(override readonly hparams = $hparams) {
    super();
    this.saveHyperparameters(hparams);
    this.encoder = tf.sequential({
      layers: [
        tf.layers.dense({ units: 16, activation: 'relu', inputShape: [8] }),
        tf.layers.dense({ units: hparams.latent }),
      ],
    });
    this.decoder = tf.sequential({
      layers: [
        tf.layers.dense({ units: 16, activation: 'relu', inputShape: [hparams.latent] }),
        tf.layers.dense({ units: 8 }),
      ],
    });
  }

  /** What is left of the inputs: [batch, latent]. */
  override forward(inputs: tf.Tensor) {
    return this.encoder.apply(inputs) as tf.Tensor2D;
  }

  override trainingStep([inputs]: $NameBatch, _batchIdx: number) {
    const loss = this.reconstructionLoss(inputs);
    this.log('train_loss', loss, { progBar: true, onEpoch: true });
    return loss;
  }

  override validationStep([inputs]: $NameBatch, _batchIdx: number) {
    this.log('val_loss', this.reconstructionLoss(inputs), { progBar: true });
  }

  override testStep([inputs]: $NameBatch, _batchIdx: number) {
    this.log('test_loss', this.reconstructionLoss(inputs));
  }

  override predictStep([inputs]: $NameBatch, _batchIdx: number) {
    return this.forward(inputs);
  }

  override configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.hparams.lr });
  }

  private reconstructionLoss(inputs: tf.Tensor) {
    const restored = this.decoder.apply(this.forward(inputs)) as tf.Tensor2D;
    return tf.losses.meanSquaredError(inputs, restored) as tf.Scalar;
  }
`,
  loader: `  /** Waves of two parameters, the same in every run. */
  private loader(first: number, count: number, shuffle = false) {
    const inputs = Float32Array.from({ length: count * 8 }, (_, i) => {
      const sample = first + Math.floor(i / 8);
      return Math.sin((i % 8) * (0.2 + (sample % 7) * 0.1) + sample);
    });
    const dataset = new TensorDataset({ data: inputs, shape: [count, 8] });
    return new DataLoader(dataset, { batchSize: this.hparams.batchSize, shuffle, seed: 1 });
  }
`,
};
