/**
 * TensorFlow.js as this package uses it: core, layers, every gradient and the chained methods (`x.relu()`), in one copy.
 * The one place with `export *`: these names are tfjs's, and a user's tfjs code must find all of them.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';

export * from '@tensorflow/tfjs-core';
export {
  callbacks,
  constraints,
  initializers,
  input,
  LayersModel,
  LayerVariable,
  layers,
  loadLayersModel,
  metrics,
  model,
  models,
  RNN,
  regularizers,
  Sequential,
  SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
export * as data from './tfData.js';
