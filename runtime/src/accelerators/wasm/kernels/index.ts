import * as tf from '../../../tf.js';
import { KERNELS_FOR_WASM } from '../../kernels/index.js';
import type { SharedCall, StockKernel as SharedStock } from '../../kernels/sharedKernel.js';
import { teachComplexNumbers } from '../complexNumbers.js';
import type { StockKernel, WasmKernel } from '../kernel.js';
import { batchMatMul } from './batchMatMul.js';
import { complexKernels } from './complex.js';
import { conv2DBackpropFilter } from './conv2DBackpropFilter.js';
import { conv2DBackpropInput } from './conv2DBackpropInput.js';
import { depthwiseConv2DBackpropInput } from './depthwiseConv2DBackpropInput.js';
import { guarded, guardedKernels } from './dtypes.js';
import { elementwiseKernels } from './elementwise.js';
import { missingKernels } from './fromReference.js';
import { fusedMatMul } from './fusedMatMul.js';
import { gatherV2 } from './gatherV2.js';
import { identity } from './identity.js';
import { lstmStep, lstmStepGrad } from './lstmStep.js';
import { oneHot } from './oneHot.js';
import { reluGrad } from './reluGrad.js';
import { windowKernels } from './windows.js';

/** What we replace in, or add to, tfjs's wasm backend. */
export const WASM_KERNELS: readonly WasmKernel[] = [
  batchMatMul,
  fusedMatMul,
  gatherV2,
  identity,
  ...windowKernels,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseConv2DBackpropInput,
  lstmStep,
  lstmStepGrad,
  oneHot,
  reluGrad,
  ...complexKernels,
  ...elementwiseKernels,
  ...KERNELS_FOR_WASM.map(
    ({ name, run }): WasmKernel => ({
      name,
      // Both describe what tfjs hands to a kernel.
      run: (call, stock) => run({ ...call, engine: 'wasm' } as SharedCall, stock as SharedStock),
    }),
  ),
];

let registered = false;

/** Puts our kernels into tfjs's registry, before or after the backend starts. Doing it twice is harmless. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  teachComplexNumbers();
  const kernels = [...WASM_KERNELS, ...missingKernels(WASM_KERNELS), ...guardedKernels(WASM_KERNELS)];
  for (const { name, run } of kernels.map(guarded)) {
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
