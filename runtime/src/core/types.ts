import type { TfDataset } from '../data/index.js';
import type * as tf from '../tf.js';

/** Batches, once through: a DataLoader, an array, anything that can be iterated. `length` counts batches where it is known. */
export interface BatchSource<Batch = unknown> {
  readonly length?: number;
  [Symbol.asyncIterator]?(): AsyncIterator<Batch>;
  [Symbol.iterator]?(): Iterator<Batch>;
}

/** Loaders by name. */
export interface NamedLoaders {
  readonly [name: string]: Loaders;
}

/** One loader, or several in lists and objects. */
export type Loaders = BatchSource | TfDataset<unknown> | readonly Loaders[] | NamedLoaders;

/**
 * What `trainDataloader` returns. The elements of a `tf.data` dataset are the batches. Of several loaders a batch has a part of each, in
 * the same structure, until the longest is over; a `CombinedLoader` combines them in other ways.
 */
export type TrainLoader = Loaders | undefined;

/** What `valDataloader`, `testDataloader` and `predictDataloader` return: one loader, or several, one after the other. */
export type EvalLoaders = Loaders | undefined;

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
