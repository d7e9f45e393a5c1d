import type { BackendWasm } from '../../tfBackends.js';
import { EngineError } from '../engineError.js';

/** The part of emscripten's module that hands out memory; not part of tfjs's types. */
interface Allocator {
  _malloc(this: void, bytes: number): number;
}

/**
 * Makes the engine say when its memory is full. The wasm heap ends at 4 GB, and its allocator answers with address 0 then;
 * tfjs's backend would take that for an address and write over the start of the heap, where everything else stands.
 * Guarded, the tensor is simply not made, and the engine goes on as soon as others are freed.
 */
export function guardMemory(backend: BackendWasm): void {
  const engine = backend.wasm as unknown as Allocator; // emscripten's own functions are not part of tfjs's types
  const { _malloc: allocate } = engine;
  engine._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address !== 0 || bytes === 0) return address;
    throw new EngineError({
      code: 'out-of-memory',
      found: `The engine is out of memory: there is no room for another ${Math.ceil(bytes / 2 ** 20)} MB.`,
      allowed: '4 GB for all tensors at a time, or what the machine has when that is less',
      fix: 'Use smaller batches or a smaller model; new Tuner(trainer).scaleBatchSize(module) finds the largest batches that fit.',
    });
  };
}
