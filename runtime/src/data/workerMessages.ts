import { type LightningError, MisconfigurationError, RunError } from '../errors/index.js';
import type { Packed } from './packed.js';
import type { PassKey } from './sampleDraws.js';

/** Where a thread gets a dataset from. */
export interface WorkerOrigin {
  /** URL of a module that Node can load. */
  readonly url: string;
  /** The user's own file, for messages. */
  readonly file: string;
  readonly exportName: string;
  readonly args: readonly unknown[];
  /** What the dataset's making draws from, so that all threads make the same one. */
  readonly seed: number;
}

/** What a thread does with samples: batches of them by default collation, as they are, or batches that the dataset makes. */
export type WorkerTask = 'collate' | 'samples' | 'batches';

/** What a thread is started with. */
export interface WorkerSetUp {
  readonly workerId: number;
  readonly numWorkers: number;
  readonly seed: number;
  readonly task: WorkerTask;
  readonly origins: readonly WorkerOrigin[];
}

/** Asks a thread for a batch. */
export interface WorkerRequest {
  readonly id: number;
  /** Which origin each sample comes from. */
  readonly datasets: Uint16Array | undefined;
  readonly indices: Int32Array;
  /** Place of the first sample in the pass. */
  readonly place: number;
  readonly batchIdx: number;
  readonly key: PassKey;
}

/** A thread's answer. */
export type WorkerAnswer =
  | { readonly id: number; readonly packed: Packed }
  | { readonly id: number; readonly error: SentError };

/** An error on its way between threads, which would lose its class and its stack. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Set for a fault that we found ourselves. */
  readonly fault: string | undefined;
  /** Index of the sample that was being made. */
  readonly sample: number | undefined;
}

/** Makes an error, or whatever was thrown, fit for another thread. */
export function sendError(error: unknown, sample: number | undefined): SentError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, fault: undefined, sample };
  }
  const fault = error instanceof MisconfigurationError ? error.code : undefined;
  return { name: error.name, message: error.message, stack: error.stack, fault, sample };
}

/** The error as the receiver throws it; its cause has the stack of the thread. */
export function receiveError({ name, message, stack, fault, sample }: SentError, workerId: number): LightningError {
  const cause = Object.assign(new Error(message), { name, stack });
  if (fault !== undefined) return new MisconfigurationError({ code: fault, found: message, cause });
  const where = sample === undefined ? '' : ` at sample ${sample}`;
  const found = `Worker ${workerId} of a DataLoader failed${where}: ${name}: ${message}`;
  return new RunError({ code: 'worker-failed', found, cause });
}
