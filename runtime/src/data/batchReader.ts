import { inBackground } from '../autograd/index.js';
import { drawFrom } from '../random/index.js';
import type * as tf from '../tf.js';
import type { SampleDraws } from './sampleDraws.js';

/** A batch before it is handed out. */
export interface FetchedBatch {
  readonly batch: unknown;
  /** The tensors in it that were made for it: who receives the batch frees them. */
  readonly owned: readonly tf.Tensor[];
  readonly isLast: boolean;
}

/** The batches of one pass, one after the other. Called by one at a time. */
export interface BatchReader {
  /** The next batch; undefined after the last one. A promise only where it has to be waited for. */
  read(): FetchedBatch | undefined | Promise<FetchedBatch | undefined>;
  /** Frees what was fetched and not handed out. */
  close(): Promise<void>;
}

/** Runs a user's code that makes samples. */
export interface Surroundings {
  readonly draws: SampleDraws;
  run<Result>(work: () => Result): Result;
}

/** What a dataset's code finds around it. */
export interface SurroundingsNeeded {
  /** It may draw random numbers. */
  readonly drawsRandomly: boolean;
  /** It runs while a step runs. */
  readonly isAhead: boolean;
}

/** Sets up only what is needed: each costs all promises of the process a little. */
export function surroundings(draws: SampleDraws, { drawsRandomly, isAhead }: SurroundingsNeeded): Surroundings {
  const drawing = <Result>(work: () => Result) => (drawsRandomly ? drawFrom(draws, work) : work());
  return { draws, run: (work) => (isAhead ? inBackground(() => drawing(work)) : drawing(work)) };
}
