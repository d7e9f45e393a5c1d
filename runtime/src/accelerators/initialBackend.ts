import * as tf from '../tf.js';
import '../tfBackends.js';

/**
 * Lets layers and tensors be made before any engine runs: a module's constructor comes before `trainer.fit`, and the engines
 * start asynchronously. What is made on this backend moves to the engine when it is first used there.
 */
export function useInitialBackend(): void {
  // Without tfjs's advice to install another backend, and its checks on every call.
  tf.enableProdMode();
  // Another package of the process may have chosen its backend already.
  if (tf.engine().backendName === undefined || tf.engine().backendName === null) void tf.setBackend('cpu');
}
