import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { RunError } from '../errors/index.js';
import type { Packed } from './packed.js';
import {
  receiveError,
  type WorkerAnswer,
  type WorkerOrigin,
  type WorkerRequest,
  type WorkerTask,
} from './workerMessages.js';

/** What all threads of a pool are started with. */
export interface PoolSetUp {
  readonly numWorkers: number;
  readonly task: WorkerTask;
  readonly origins: readonly WorkerOrigin[];
  /** Of a thread, by its number. */
  seed(workerId: number): number;
}

/** The worker threads of a DataLoader. They keep the process alive only while a batch is asked for. */
export class WorkerPool {
  readonly #threads: readonly WorkerThread[];

  constructor(setUp: PoolSetUp) {
    this.#threads = Array.from({ length: setUp.numWorkers }, (_, id) => new WorkerThread(id, setUp));
  }

  get size(): number {
    return this.#threads.length;
  }

  /** False once a thread is gone, or the pool was disposed. */
  get isAlive(): boolean {
    return this.#threads.every(({ isAlive }) => isAlive);
  }

  /**
   * A batch, made by the thread of this number. Threads answer in the order in which they are asked.
   * @throws RunError, or MisconfigurationError, for what went wrong on the thread, and when it ends
   */
  request(workerId: number, request: Omit<WorkerRequest, 'id'>): Promise<Packed> {
    const thread = this.#threads[workerId % this.#threads.length]!;
    return thread.request(request);
  }

  /** Ends the threads, whatever they are doing. */
  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.dispose()));
  }
}

interface Pending {
  resolve(packed: Packed): void;
  reject(error: unknown): void;
}

class WorkerThread {
  readonly #id: number;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  /** What ends the thread, before it is gone. */
  #cause: { readonly error: unknown } | undefined;
  /** Why the thread makes no more batches. */
  #end: Error | undefined;

  constructor(id: number, { numWorkers, task, origins, seed }: PoolSetUp) {
    this.#id = id;
    this.#worker = new Worker(threadFile(), {
      name: `lightning-data-${id}`,
      workerData: { workerId: id, numWorkers, task, origins, seed: seed(id) },
      // A program given on the command line has a type; ours is a file.
      execArgv: process.execArgv.filter((argument) => !argument.startsWith('--input-type')),
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: WorkerAnswer) => this.#receive(answer));
    this.#worker.on('messageerror', (error) =>
      this.#fail(ended(id, `sent what cannot be read: ${error.message}`, error)),
    );
    this.#worker.on('error', (error) => {
      this.#cause = { error };
    });
    // Only now: batches that were made before the error may still be on their way.
    this.#worker.on('exit', (code) => this.#fail(this.#endedBy(code)));
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  request(request: Omit<WorkerRequest, 'id'>): Promise<Packed> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref(); // who waits for a batch waits for the thread
      this.#worker.postMessage({ ...request, id } satisfies WorkerRequest);
    });
  }

  async dispose(): Promise<void> {
    this.#fail(ended(this.#id, 'was ended'));
    await this.#worker.terminate();
  }

  #receive(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in answer) pending?.reject(receiveError(answer.error, this.#id));
    else pending?.resolve(answer.packed);
  }

  #endedBy(exitCode: number): RunError {
    if (!this.#cause) return ended(this.#id, `ended with exit code ${exitCode}`);
    return ended(this.#id, `ended: ${describe(this.#cause.error)}`, this.#cause.error);
  }

  /** The first reason counts: what follows only says that the thread is gone. */
  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#end);
    this.#pending.clear();
    this.#worker.unref();
  }
}

function ended(id: number, how: string, cause?: unknown): RunError {
  const isMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new RunError({
    code: 'worker-ended',
    found: `Worker ${id} of a DataLoader ${how}, before it had made its batches.`,
    fix: isMemory ? 'Use fewer workers, a smaller batch or a lower `prefetchFactor`.' : undefined,
    cause,
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The code may run from a bundle's root, from a chunk beside it, or from the sources next to a built `dist`. */
const PLACES = ['./dataWorker.js', '../dataWorker.js', '../../dist/dataWorker.js'];

function threadFile(): URL {
  const places = PLACES.map((place) => new URL(place, import.meta.url));
  const found = places.find((place) => existsSync(place));
  if (found) return found;
  throw new RunError({
    code: 'worker-file',
    found: 'The file that worker threads run, dataWorker.js, is missing.',
    fix: 'Reinstall lightning-tfjs, or run its build when this is a checkout.',
  });
}
