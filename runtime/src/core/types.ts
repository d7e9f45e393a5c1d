import type { TfDataset } from '../data/index.js';
import type * as tf from '../tf.js';

/** Batches, once through: a DataLoader, an array, anything that can be iterated. `length` counts batches where it is known. */
export interface BatchSource<Batch = unknown> {
  readonly length?: number;
  [Symbol.asyncIterator]?(): AsyncIterator<Batch>;
  [Symbol.iterator]?(): Iterator<Batch>;
}

/** What `trainDataloader` returns. The elements of a `tf.data` dataset are the batches. */
export type TrainLoader = BatchSource | TfDataset<unknown> | undefined;

/** What `valDataloader`, `testDataloader` and `predictDataloader` return: one loader, or a list of them. */
export type EvalLoaders = BatchSource | TfDataset<unknown> | readonly (BatchSource | TfDataset<unknown>)[] | undefined;

/** What `trainingStep` returns; nothing skips the update. */
export type StepOutput =
  | tf.Tensor
  | { readonly loss: tf.Tensor; readonly [extra: string]: unknown }
  | null
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: a step that ends without a return is as good as one that returns null
  | void;

/** What `onTrainBatchEnd` gets: the loss divided by accumulateGradBatches, and what else the step returned. */
export interface StepOutputs {
  readonly loss?: tf.Scalar;
  readonly [extra: string]: unknown;
}

/** Runs trainingStep, zeroGrad and backward; returns the loss, or undefined when the step returned none. */
export type OptimizerClosure = () => Promise<tf.Scalar | undefined>;
