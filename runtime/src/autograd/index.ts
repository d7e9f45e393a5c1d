export { detectAnomaly } from './anomaly.js';
export { inBackground } from './background.js';
export { gradientsOf, setGradient, zeroGrads } from './gradients.js';
export { type KernelObserver, type KernelRun, observeKernels } from './kernelObserver.js';
export { FieldKeeper, freshTensorsOf, openStepScope, StepScope, tensorMark, tensorsOf } from './scope.js';
export { backward, openTape, Tape } from './tape.js';
