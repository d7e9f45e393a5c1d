import { engineInternals } from './engineInternals.js';

/** Backends that count who shares a tensor's data, so that a copy is one count more. */
const COUNTING_BACKENDS: readonly string[] = ['wasm', 'cpu'];

let installed = false;

/**
 * What an operation keeps for its gradient is a clone of each tensor. tfjs makes it by a whole operation, which takes as
 * long as a small matmul; where data is counted, one more owner of the same data is enough. A recurrent layer keeps
 * some 600 tensors in a step.
 */
export function shareSavedTensors(): void {
  if (installed) return;
  installed = true;
  const engine = engineInternals();
  const clone = engine.clone.bind(engine);
  engine.clone = (tensor) => {
    // Inside of a kernel is where the engine saves; anywhere else a clone is an operation of its own on the tape.
    const isSaving = engine.state.kernelDepth > 0 && COUNTING_BACKENDS.includes(engine.backendName);
    const { dataId, shape, dtype } = tensor;
    const isHere = engine.state.tensorInfo.get(dataId)?.backend === engine.backend;
    if (!isSaving || !isHere || dtype === 'string' || dtype === 'complex64') return clone(tensor);
    engine.backend.incRef(dataId);
    return engine.makeTensorFromTensorInfo({ dataId, shape, dtype }, engine.backend);
  };
}
