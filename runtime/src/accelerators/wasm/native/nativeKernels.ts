import { readFileSync } from 'node:fs';
import type { BackendWasm } from '../../../tfBackends.js';
import { KERNEL_NAMES, type KernelName, type Kernels } from './job.js';
import { ThreadPool } from './threadPool.js';
import { Instance, Module, type WasmMemory } from './webAssembly.js';

/** Floats of scratch memory for each thread: what `runtime/kernels/matMul.ts` asks for. */
const SCRATCH_FLOATS = 256 * 256 + 4 * 8;

/** What each kernel expects where, so that its work can be divided. */
const SHARED_ARGUMENTS: Readonly<Record<KernelName, { readonly from: number; readonly scratch: number }>> = {
  matMul: { from: 9, scratch: 15 },
  adam: { from: 5, scratch: -1 },
  sgd: { from: 3, scratch: -1 },
  lstm: { from: 4, scratch: -1 },
  lstmGrad: { from: 6, scratch: -1 },
};

/** How a call may be divided. */
export interface Division {
  /** Rows, columns or elements in all. */
  readonly total: number;
  /** A part is a multiple of this, so that no part cuts through a kernel's tile. */
  readonly unit: number;
  /** The place of the argument that says where a part begins; default: the kernel's own. */
  readonly fromArgument?: number;
  /** About how many operations the whole is. Small calls stay on the caller's thread. */
  readonly operations: number;
}

/** Below that a call is over before another thread is awake. */
const WORTH_SHARING = 400_000;
/** More parts than threads: one that gets less time takes fewer. */
const PARTS_A_THREAD = 2;

/** Our own kernels on the heap of a started engine. */
export class NativeKernels {
  readonly #kernels: Kernels;
  readonly #scratch: number;
  readonly #pool: ThreadPool | undefined;

  /** @param threads how many compute, the caller included; at least 1 */
  constructor(backend: BackendWasm, folder: string, threads: number) {
    const { _malloc, asm } = backend.wasm as unknown as EngineModule; // emscripten's own types are not part of tfjs's package
    const module = new Module(readFileSync(`${folder}lightning-kernels.wasm`));
    const { memory } = asm;
    const { exports } = new Instance(module, { env: { memory } });
    this.#kernels = exports as unknown as Kernels; // by the build: `KERNEL_NAMES` are its exports
    const scratch = Array.from({ length: threads }, () => aligned(_malloc, SCRATCH_FLOATS * 4));
    this.#scratch = scratch[0] as number;
    if (threads < 2) return;
    const threadFile = `${folder}kernelThread.js`;
    this.#pool = new ThreadPool({ module, memory, kernels: this.#kernels, scratch, threadFile });
  }

  /** Threads that compute. */
  get threads(): number {
    return this.#pool?.size ?? 1;
  }

  /** Calls a kernel, on all threads when it is worth it. The place of its scratch memory is filled in. */
  call(name: KernelName, args: number[], { total, unit, operations, fromArgument }: Division): void {
    const { from, scratch } = SHARED_ARGUMENTS[name];
    const place = fromArgument ?? from;
    const parts = operations < WORTH_SHARING ? 1 : Math.min(this.threads * PARTS_A_THREAD, Math.ceil(total / unit));
    if (this.#pool === undefined || parts < 2) {
      args[place] = 0;
      args[place + 1] = total;
      if (scratch >= 0) args[scratch] = this.#scratch;
      this.#kernels[name](...args);
      return;
    }
    const step = Math.ceil(total / parts / unit) * unit;
    const kernel = KERNEL_NAMES.indexOf(name);
    this.#pool.run({ kernel, args, fromArgument: place, scratchArgument: scratch, total, step });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#pool?.close();
  }
}

/** The part of emscripten's module object that we use. */
interface EngineModule {
  readonly asm: { readonly memory: WasmMemory };
  _malloc(this: void, bytes: number): number;
}

const ALIGNMENT = 16;

function aligned(malloc: EngineModule['_malloc'], bytes: number): number {
  return Math.ceil((malloc(bytes + ALIGNMENT) >>> 0) / ALIGNMENT) * ALIGNMENT;
}

const started = new WeakMap<BackendWasm, NativeKernels>();

/** Starts our kernels on an engine; again with another count of threads. */
export async function startNativeKernels(backend: BackendWasm, folder: string, threads: number): Promise<void> {
  const before = started.get(backend);
  if (before?.threads === threads) return;
  await before?.close();
  started.set(backend, new NativeKernels(backend, folder, threads));
}

/** Our kernels on a backend that `startNativeKernels` has seen. */
export function nativeKernels(backend: BackendWasm): NativeKernels {
  return started.get(backend) as NativeKernels; // the engine's start is the only way to get a backend
}
