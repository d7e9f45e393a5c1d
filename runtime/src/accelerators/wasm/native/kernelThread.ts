/** A thread of the engine: waits for jobs, and computes parts of them on the engine's memory. */
import { workerData } from 'node:worker_threads';
import { JobBoard, KERNEL_NAMES, type Kernels, WORD } from './job.js';
import { Instance, type WasmMemory, type WasmModule } from './webAssembly.js';

/** What a thread is given. */
export interface ThreadData {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly board: SharedArrayBuffer;
  /** Address of this thread's own scratch memory. */
  readonly scratch: number;
}

/** Looks at the board that often before it sleeps: in a training step the next job is seldom far. */
const SPINS = 2000;

const { module, memory, board, scratch } = workerData as ThreadData; // the pool starts nothing else from this file
const instance = new Instance(module, { env: { memory } });
const exports = instance.exports as unknown as Kernels; // by the build: both come from one source
const kernels = KERNEL_NAMES.map((name) => exports[name]);
const jobs = new JobBoard(board);
const { words } = jobs;

for (;;) {
  jobs.work(kernels, scratch);
  const empty = Atomics.load(words, WORD.tickets);
  let spins = SPINS;
  while (spins > 0 && Atomics.load(words, WORD.tickets) === empty) spins--;
  if (spins === 0) Atomics.wait(words, WORD.tickets, empty);
}
