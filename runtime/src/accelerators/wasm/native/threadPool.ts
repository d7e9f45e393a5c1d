import { Worker } from 'node:worker_threads';
import { EngineError } from '../../engineError.js';
import { JOB_BYTES, type Job, JobBoard, KERNEL_NAMES, type Kernels, MAX_PARTS, WORD } from './job.js';
import type { ThreadData } from './kernelThread.js';
import type { WasmMemory, WasmModule } from './webAssembly.js';

/** What a pool needs to start threads. */
export interface PoolParts {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly kernels: Kernels;
  /** Address of scratch memory of its own, for each thread and, first, for the caller. */
  readonly scratch: readonly number[];
  /** The built file of `kernelThread.ts`. */
  readonly threadFile: string;
}

/** The caller looks that often before it sleeps: the last part of a job is seldom long. */
const SPINS = 20_000;

/**
 * Threads that share kernel calls with their caller. A call is over when `run` returns. A thread that has not started
 * yet, or that the machine gives no time, is not waited for: the caller then takes its parts. Results do not depend on
 * who computed what.
 */
export class ThreadPool {
  readonly #board = new JobBoard(new SharedArrayBuffer(JOB_BYTES));
  readonly #kernels: readonly ((...args: number[]) => void)[];
  readonly #workers: Worker[];
  readonly #scratch: number;
  #job = 0;

  constructor({ module, memory, kernels, scratch, threadFile }: PoolParts) {
    this.#kernels = KERNEL_NAMES.map((name) => kernels[name]);
    const [own, ...others] = scratch;
    this.#scratch = own as number; // there is one for the caller at least
    this.#workers = others.map((address) => {
      const workerData: ThreadData = { module, memory, board: this.#board.buffer, scratch: address };
      const worker = new Worker(threadFile, { workerData, execArgv: [] });
      worker.unref(); // the process ends when its own work does
      return worker;
    });
  }

  /** Threads that compute, the caller included. */
  get size(): number {
    return this.#workers.length + 1;
  }

  /** Computes a job, with the help of whoever has time. @throws EngineError when a part of it failed */
  run(job: Job): void {
    const { words } = this.#board;
    const parts = this.#board.write(job);
    Atomics.store(words, WORD.done, 0);
    this.#job = (this.#job + 1) % (2 ** 31 / MAX_PARTS);
    Atomics.store(words, WORD.tickets, this.#job * MAX_PARTS + parts);
    Atomics.notify(words, WORD.tickets);
    this.#board.work(this.#kernels, this.#scratch);
    this.#waitForParts(parts);
    if (Atomics.exchange(words, WORD.failed, 0) === 0) return;
    throw new EngineError({
      code: 'kernel-failed',
      found: `The kernel ${KERNEL_NAMES[job.kernel]} failed on a part of its work.`,
      fix: 'This is a fault in the engine. LIGHTNING_NUM_THREADS=1 shows where.',
    });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
  }

  #waitForParts(parts: number): void {
    const { words } = this.#board;
    let spins = SPINS;
    while (Atomics.load(words, WORD.done) < parts) {
      if (spins-- > 0) continue;
      const done = Atomics.load(words, WORD.done);
      if (done < parts) Atomics.wait(words, WORD.done, done, 1000); // woken by the last part; else it looks again
    }
  }
}
