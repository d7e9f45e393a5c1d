export { detectAnomaly } from './anomaly.js';
export { inBackground } from './background.js';
export { gradientsOf, setGradient, zeroGrads } from './gradients.js';
export { FieldKeeper, freshTensorsOf, openStepScope, StepScope, tensorMark, tensorsOf } from './scope.js';
export { backward, openTape, Tape } from './tape.js';
