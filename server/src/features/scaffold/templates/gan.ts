import type { ModuleTemplate } from './template.js';

/** Two networks against each other, under manual optimization. */
export const gan: ModuleTemplate = {
  label: 'GAN',
  description: 'A generator against a discriminator, with manual optimization',
  defaultName: 'LitGAN',
  imports: ['optim', 'tf'],
  batch: '[real: tf.Tensor]',
  doc: 'Makes up points that look like the real ones: a generator against a discriminator.',
  hparams: 'lr: 2e-3, latent: 4, hidden: 16',
  body: `  override automaticOptimization = false;
  generator: tf.Sequential;
  discriminator: tf.Sequential;

  constructor(override readonly hparams = $hparams) {
    super();
    this.saveHyperparameters(hparams);
    this.generator = tf.sequential({
      layers: [
        tf.layers.dense({ units: hparams.hidden, activation: 'relu', inputShape: [hparams.latent] }),
        tf.layers.dense({ units: 2 }),
      ],
    });
    this.discriminator = tf.sequential({
      layers: [
        tf.layers.dense({ units: hparams.hidden, activation: 'relu', inputShape: [2] }),
        tf.layers.dense({ units: 1 }),
      ],
    });
  }

  override forward(noise: tf.Tensor) {
    return this.generator.apply(noise) as tf.Tensor2D;
  }

  override async trainingStep([real]: $NameBatch, _batchIdx: number) {
    const [generator, discriminator] = this.optimizers();
    if (!generator || !discriminator) throw new Error('configureOptimizers must return two optimizers');
    this.toggleOptimizer(generator);
    const generatorLoss = this.judged(this.forward(this.noiseLike(real)), 1);
    generator.zeroGrad();
    await this.manualBackward(generatorLoss);
    await generator.step();
    this.untoggleOptimizer(generator);

    this.toggleOptimizer(discriminator);
    const fake = this.forward(this.noiseLike(real));
    const discriminatorLoss = tf.div<tf.Scalar>(tf.add(this.judged(real, 1), this.judged(fake, 0)), 2);
    discriminator.zeroGrad();
    await this.manualBackward(discriminatorLoss);
    await discriminator.step();
    this.untoggleOptimizer(discriminator);
    this.logDict({ generator_loss: generatorLoss, discriminator_loss: discriminatorLoss }, { progBar: true });
  }

  override validationStep([real]: $NameBatch, _batchIdx: number) {
    this.log('val_generator_loss', this.judged(this.forward(this.noiseLike(real)), 1));
  }

  override testStep([real]: $NameBatch, _batchIdx: number) {
    this.log('test_generator_loss', this.judged(this.forward(this.noiseLike(real)), 1));
  }

  override predictStep([real]: $NameBatch, _batchIdx: number) {
    return this.forward(this.noiseLike(real));
  }

  override configureOptimizers() {
    const { lr } = this.hparams;
    return [
      new optim.Adam(this.parametersOf('generator'), { lr }),
      new optim.Adam(this.parametersOf('discriminator'), { lr }),
    ];
  }

  private parametersOf(network: 'generator' | 'discriminator') {
    return this.namedParameters().flatMap(([name, parameter]) => (name.startsWith(\`\${network}.\`) ? [parameter] : []));
  }

  /** How far the discriminator is from taking all points for real (1) or for made up (0). */
  private judged(points: tf.Tensor, wanted: 0 | 1) {
    const logits = this.discriminator.apply(points) as tf.Tensor2D;
    return tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, wanted), logits) as tf.Scalar;
  }

  private noiseLike(real: tf.Tensor) {
    // The seed changes with each step, and a run that goes on draws what it would have drawn.
    return tf.randomNormal([real.shape[0] ?? 1, this.hparams.latent], 0, 1, 'float32', this.globalStep + 1);
  }
`,
  loader: `  /** Points on a circle, the same in every run. */
  private loader(first: number, count: number, shuffle = false) {
    const points = Float32Array.from({ length: count * 2 }, (_, i) => {
      const angle = first + Math.floor(i / 2);
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    const dataset = new TensorDataset({ data: points, shape: [count, 2] });
    return new DataLoader(dataset, { batchSize: this.hparams.batchSize, shuffle, seed: 1 });
  }
`,
};
