import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '../../tf.js';
import { type BackendWasm, setWasmPaths } from '../../tfBackends.js';
import { EngineError } from '../engineError.js';
import { guardMemory } from './guardMemory.js';
import { registerWasmKernels } from './kernels/index.js';
import { startNativeKernels } from './native/nativeKernels.js';

/**
 * Starts tfjs's wasm backend from the files inside this package, with our kernels, and makes it the active one.
 * Throws `EngineError` when the files are missing or do not load.
 * @param threads how many compute, this one included
 */
export async function startWasmBackend(threads: number): Promise<void> {
  registerWasmKernels();
  tellPaths();
  const started = await withoutNewProcessListeners(() => tf.setBackend('wasm'));
  if (started) {
    const backend = tf.backend() as BackendWasm; // the one that was just set
    await startNativeKernels(backend, wasmFolder(), threads);
    guardMemory(backend);
    return;
  }
  throw new EngineError({
    code: 'engine-start-failed',
    found: "tfjs's wasm backend did not start.",
    allowed: 'a Node with WebAssembly, and about 100 MB of free memory',
    fix: "Give the process more memory, or use the slow reference: engine: 'cpu'.",
  });
}

let pathsAreTold = false;

/** Once: after a failed start tfjs refuses to be told again. */
function tellPaths(): void {
  if (pathsAreTold) return;
  setWasmPaths(wasmFolder());
  pathsAreTold = true;
}

/** The code may run from a bundle's root, from a chunk beside it, or from the sources next to a built `dist`. */
const FOLDERS = ['./wasm/', '../wasm/', '../../../dist/wasm/'];

function wasmFolder(): string {
  const folders = FOLDERS.map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
  const found = folders.find((folder) => existsSync(`${folder}lightning-kernels.wasm`));
  if (found !== undefined) return found;
  throw new EngineError({
    code: 'engine-start-failed',
    found: "The wasm engine's files (`tfjs-backend-wasm-simd.wasm`, `lightning-kernels.wasm`) are missing.",
    allowed: `one of the folders ${folders.join(', ')}`,
    fix: 'Reinstall lightning-tfjs, or run its build when this is a checkout.',
  });
}

const FATAL_EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Emscripten's loader hooks itself into the process's last-resort events: there it rethrows what is not its own, which
 * changes how a user's error is printed. Which errors end the process is not the engine's to decide.
 */
async function withoutNewProcessListeners<T>(load: () => Promise<T>): Promise<T> {
  const before = FATAL_EVENTS.map((event) => new Set(process.rawListeners(event)));
  try {
    return await load();
  } finally {
    FATAL_EVENTS.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        // Node types the listeners of these two events by their event; here any function will do.
        if (!before[i]?.has(listener)) process.removeListener(event, listener as () => void);
      }
    });
  }
}
