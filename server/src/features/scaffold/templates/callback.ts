import type { Template } from './template.js';

/** A callback that says how long epochs take. */
export const callback: Template = {
  label: 'Callback',
  description: 'Hooks beside any module: this one says how long epochs take',
  defaultName: 'EpochTimer',
  imports: ['Callback', 'type LightningModule', 'type Trainer'],
  declares: [],
  text: `/** Says how long each epoch took. */
export class $Name extends Callback {
  /** Of the epochs so far. */
  readonly seconds: number[] = [];
  private startedAt = 0;

  override onTrainEpochStart(_trainer: Trainer, _module: LightningModule) {
    this.startedAt = performance.now();
  }

  override onTrainEpochEnd(trainer: Trainer, module: LightningModule) {
    const seconds = (performance.now() - this.startedAt) / 1000;
    this.seconds.push(seconds);
    module.print(\`epoch \${trainer.currentEpoch} took \${seconds.toFixed(2)} s\`);
  }
}
`,
  test: {
    imports: ['DataLoader', 'LightningModule', 'optim', 'TensorDataset', 'tf', 'Trainer'],
    text: `import { $Name } from '$File';

class Line extends LightningModule {
  net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });

  override trainingStep([x]: [tf.Tensor]) {
    return tf.mean(tf.square(this.net.apply(x) as tf.Tensor)) as tf.Scalar;
  }

  override configureOptimizers() {
    return new optim.SGD(this.parameters(), { lr: 0.1 });
  }

  override trainDataloader() {
    return new DataLoader(new TensorDataset({ data: Float32Array.of(1, 2), shape: [2, 1] }), { batchSize: 1 });
  }
}

describe('$Name', () => {
  it('takes the time of each epoch', async () => {
    const timer = new $Name();
    const trainer = new Trainer({
      maxEpochs: 2,
      callbacks: [timer],
      logger: false,
      enableCheckpointing: false,
      enableProgressBar: false,
      enableModelSummary: false,
      enableRunEvents: false,
    });
    await trainer.fit(new Line());
    expect(timer.seconds).toHaveLength(2);
  });
});
`,
  },
};
