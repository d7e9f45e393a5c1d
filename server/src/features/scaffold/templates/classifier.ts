import type { ModuleTemplate } from './template.js';

/** A small dense network that tells classes apart. */
export const classifier: ModuleTemplate = {
  label: 'Classifier',
  description: 'A dense network with cross entropy and accuracy',
  defaultName: 'LitClassifier',
  imports: ['optim', 'tf'],
  batch: '[inputs: tf.Tensor, labels: tf.Tensor]',
  doc: 'Tells three classes apart. Change the network, and what it is fed.',
  hparams: 'lr: 1e-2, hidden: 16',
  body: `  net: tf.Sequential;

  constructor(override readonly hparams = $hparams) {
    super();
    this.saveHyperparameters(hparams);
    this.net = tf.sequential({
      layers: [
        tf.layers.dense({ units: hparams.hidden, activation: 'relu', inputShape: [2] }),
        tf.layers.dense({ units: 3 }),
      ],
    });
  }

  override forward(inputs: tf.Tensor) {
    return this.net.apply(inputs) as tf.Tensor2D;
  }

  override trainingStep([inputs, labels]: $NameBatch, _batchIdx: number) {
    const { loss, accuracy } = this.score(inputs, labels);
    this.log('train_loss', loss, { progBar: true, onEpoch: true });
    this.log('train_acc', accuracy);
    return loss;
  }

  override validationStep([inputs, labels]: $NameBatch, _batchIdx: number) {
    const { loss, accuracy } = this.score(inputs, labels);
    this.log('val_loss', loss, { progBar: true });
    this.log('val_acc', accuracy, { progBar: true });
  }

  override testStep([inputs, labels]: $NameBatch, _batchIdx: number) {
    this.log('test_acc', this.score(inputs, labels).accuracy);
  }

  override predictStep([inputs]: $NameBatch, _batchIdx: number) {
    return tf.argMax(this.forward(inputs), 1);
  }

  override configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.hparams.lr });
  }

  private score(inputs: tf.Tensor, labels: tf.Tensor) {
    const logits = this.forward(inputs);
    const loss = tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 3), logits) as tf.Scalar;
    const accuracy = tf.mean(tf.equal(tf.argMax(logits, 1), labels)) as tf.Scalar;
    return { loss, accuracy };
  }
`,
  loader: `  /** Points around three centres, the same in every run. */
  private loader(first: number, count: number, shuffle = false) {
    const noise = (i: number) => (Math.sin(i * 12.9898) * 43758.5453) % 1;
    const labels = Int32Array.from({ length: count }, (_, i) => (first + i) % 3);
    const inputs = Float32Array.from({ length: count * 2 }, (_, i) => {
      const angle = (((first + Math.floor(i / 2)) % 3) * 2 * Math.PI) / 3;
      return (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 0.4 * noise(first * 2 + i);
    });
    const dataset = new TensorDataset({ data: inputs, shape: [count, 2] }, { data: labels, shape: [count] });
    return new DataLoader(dataset, { batchSize: this.hparams.batchSize, shuffle, seed: 1 });
  }
`,
};
