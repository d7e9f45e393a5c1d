import type { BackendWasm } from '../../tfBackends.js';

/** How an argument travels: a number as it is, an array as its bytes on the wasm stack. */
export type CArgument = 'number' | 'array';
/** A function of the engine's C side; all that we call return nothing. */
export type CFunction = (...args: readonly (number | Uint8Array)[]) => void;

/** The part of emscripten's module object that we use. */
interface CModule {
  cwrap(name: string, returns: null, args: readonly CArgument[]): CFunction;
}

const wrapped = new WeakMap<object, Map<string, CFunction>>();

/** The engine's C function of that name, wrapped once for each started backend. */
export function cFunction(backend: BackendWasm, name: string, args: readonly CArgument[]): CFunction {
  const functions = wrapped.get(backend) ?? new Map<string, CFunction>();
  wrapped.set(backend, functions);
  const known = functions.get(name);
  if (known !== undefined) return known;
  // Emscripten's own types are not part of tfjs's package.
  const made = (backend.wasm as unknown as CModule).cwrap(name, null, args);
  functions.set(name, made);
  return made;
}

/** A shape as C sees it. */
export function shapeBytes(...shape: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(shape).buffer);
}
