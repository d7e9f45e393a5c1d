import type { AcceleratorRow, ConcreteAcceleratorName } from './accelerator.js';
import { EngineError } from './engineError.js';

/** What an accelerator without an engine of ours will need on the person's machine. */
const NEEDS: Readonly<Record<Exclude<ConcreteAcceleratorName, 'cpu'>, string>> = {
  gpu: 'It will need `@tensorflow/tfjs-node-gpu` or a libtensorflow with CUDA (NVIDIA), or the npm package `webgpu` (Metal, D3D12, Vulkan).',
  cuda: 'It will need `@tensorflow/tfjs-node-gpu`, or a libtensorflow with CUDA on the machine.',
  mps: 'It will need the npm package `webgpu`, which drives Metal.',
  tpu: 'No TensorFlow.js engine can drive a TPU today, so there is nothing to install.',
  ipu: 'No TensorFlow.js engine can drive an IPU today, so there is nothing to install.',
};

/** The rows of accelerators that are known, but that this version cannot start. */
export const notBuiltAccelerators: readonly AcceleratorRow[] = (Object.keys(NEEDS) as (keyof typeof NEEDS)[]) // the keys of a literal
  .map((name) => ({
    name,
    isAvailable: async () => false,
    async start() {
      throw new EngineError({
        code: 'accelerator-not-available',
        found: `accelerator: '${name}' is not built yet. ${NEEDS[name]}`,
        allowed: "in this version 'auto' and 'cpu'",
        fix: "Use accelerator: 'cpu'; its engine comes inside the package.",
      });
    },
  }));
