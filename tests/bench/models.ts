import type * as runtimeTf from '../../runtime/src/tf.js';

/** The part of tfjs that the models need: ours, or the stock one. */
export type Tf = Pick<typeof runtimeTf, 'sequential' | 'layers' | 'losses' | 'oneHot'>;

/** A model to train, and the batches that it takes. */
export interface Problem {
  readonly batchSize: number;
  /** Shape of one sample. */
  readonly sampleShape: readonly number[];
  createModel(tf: Tf): runtimeTf.Sequential;
}

/** What is trained, by name. */
export const PROBLEMS = {
  /** 784-256-10. */
  mlp: {
    batchSize: 64,
    sampleShape: [784],
    createModel: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 256, activation: 'relu', inputShape: [784] }),
          tf.layers.dense({ units: 10 }),
        ],
      }),
  },
  /** Two convolutions of 3×3, each with pooling behind it: 28×28 to 16 channels, 14×14 to 32. */
  conv: {
    batchSize: 32,
    sampleShape: [28, 28, 1],
    createModel: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({
            filters: 16,
            kernelSize: 3,
            padding: 'same',
            activation: 'relu',
            inputShape: [28, 28, 1],
          }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 10 }),
        ],
      }),
  },
  /** One layer: the step costs next to nothing, so that what surrounds it shows. */
  oneLayer: {
    batchSize: 8,
    sampleShape: [16],
    createModel: (tf) => tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [16] })] }),
  },
  /** 20 time steps of 32 numbers, 64 units. */
  lstm: {
    batchSize: 32,
    sampleShape: [20, 32],
    createModel: (tf) =>
      tf.sequential({
        layers: [
          // Made in one go: the default needs a decomposition that takes seconds on the stock backend.
          tf.layers.lstm({ units: 64, inputShape: [20, 32], recurrentInitializer: 'glorotUniform' }),
          tf.layers.dense({ units: 10 }),
        ],
      }),
  },
} as const satisfies Record<string, Problem>;

/** Name of a problem. */
export type ProblemName = keyof typeof PROBLEMS;

/** The loss of a batch, the same for all. @param samples borrowed @param labels borrowed */
export function lossOf(
  tf: Tf,
  model: runtimeTf.Sequential,
  samples: runtimeTf.Tensor,
  labels: runtimeTf.Tensor,
): runtimeTf.Scalar {
  const logits = model.apply(samples) as runtimeTf.Tensor2D; // one tensor in, one out
  return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits) as runtimeTf.Scalar; // its default reduces to a mean
}
