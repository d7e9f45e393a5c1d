/**
 * Kernels in AssemblyScript, compiled to WebAssembly with SIMD. They work on the engine's own heap, whose memory they
 * import: addresses are bytes in it, sizes and strides are elements. None allocates, none checks: callers in
 * `src/accelerators/wasm/` own both. A call does a part of the work, so that threads can share it.
 */
export { adam } from './adam';
export { lstm, lstmGrad } from './lstm';
export { matMul } from './matMul';
export { sgd } from './sgd';
