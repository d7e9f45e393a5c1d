import * as tf from '../../tf.js';
import { BackendWasm } from '../../tfBackends.js';

let isTaught = false;

/**
 * Lets tensors of complex numbers live on the wasm heap, as pairs of floats. Upstream's backend keeps room for them, and
 * throws when they are to be read.
 */
export function teachComplexNumbers(): void {
  if (isTaught) return;
  isTaught = true;
  const { readSync, typedArrayFromHeap } = BackendWasm.prototype;
  BackendWasm.prototype.typedArrayFromHeap = function (this: BackendWasm, tensor) {
    return tensor.dtype === 'complex64' ? pairs(this, tensor) : typedArrayFromHeap.call(this, tensor);
  };
  BackendWasm.prototype.readSync = function (this: BackendWasm, dataId, start, end) {
    const { dtype, shape } = this.dataIdMap.get(dataId);
    return dtype === 'complex64'
      ? pairs(this, { dataId, dtype, shape }).slice(start && start * 2, end && end * 2)
      : readSync.call(this, dataId, start, end);
  };
}

/** The numbers' parts: real, imaginary, real, … */
function pairs(backend: BackendWasm, { dataId, shape }: tf.TensorInfo): Float32Array {
  const { memoryOffset } = backend.dataIdMap.get(dataId);
  const { HEAPU8 } = backend.wasm as unknown as { readonly HEAPU8: Uint8Array }; // emscripten's types are not tfjs's
  return new Float32Array(HEAPU8.buffer, memoryOffset, 2 * tf.util.sizeFromShape(shape));
}
