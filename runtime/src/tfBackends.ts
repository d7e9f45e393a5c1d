/** The tfjs backends that come inside this package. Only `accelerators/` imports this file. */
import '@tensorflow/tfjs-backend-cpu';

export { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
