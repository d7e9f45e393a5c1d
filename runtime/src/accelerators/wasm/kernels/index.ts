import * as tf from '../../../tf.js';
import type { StockKernel, WasmKernel } from '../kernel.js';
import { avgPoolGrad } from './avgPoolGrad.js';
import { batchMatMul } from './batchMatMul.js';
import { conv2DBackpropFilter } from './conv2DBackpropFilter.js';
import { conv2DBackpropInput } from './conv2DBackpropInput.js';
import { depthwiseConv2DBackpropFilter } from './depthwiseConv2DBackpropFilter.js';
import { depthwiseConv2DBackpropInput } from './depthwiseConv2DBackpropInput.js';
import { fusedMatMul } from './fusedMatMul.js';
import { maxPoolGrad } from './maxPoolGrad.js';
import { oneHot } from './oneHot.js';
import { unsortedSegmentSum } from './unsortedSegmentSum.js';
import { windowKernels } from './windows.js';

/** What we replace in, or add to, tfjs's wasm backend. */
export const WASM_KERNELS: readonly WasmKernel[] = [
  batchMatMul,
  fusedMatMul,
  ...windowKernels,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2DBackpropFilter,
  depthwiseConv2DBackpropInput,
  avgPoolGrad,
  maxPoolGrad,
  oneHot,
  unsortedSegmentSum,
];

let registered = false;

/** Puts our kernels into tfjs's registry, before or after the backend starts. Doing it twice is harmless. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const { name, run } of WASM_KERNELS) {
    const stock: tf.KernelConfig | undefined = tf.getKernel(name, 'wasm'); // tfjs's type hides that it may be missing
    if (stock !== undefined) tf.unregisterKernel(name, 'wasm');
    // tfjs types what it passes to a kernel as `{}`; `WasmKernel` says what it is.
    const stockKernel = stock?.kernelFunc as StockKernel;
    tf.registerKernel({
      ...stock, // keeps its set-up, which looks up the C functions it calls when a backend starts
      kernelName: name,
      backendName: 'wasm',
      kernelFunc: (call) => run(call as Parameters<typeof run>[0], stockKernel),
    });
  }
}
