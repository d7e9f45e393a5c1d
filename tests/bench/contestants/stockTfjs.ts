/** The same training in plain tfjs, from npm: `stockTfjs STEPS`. Its wasm backend and tf.train.adam. A round gives the time of one step. */
import { createRequire } from 'node:module';
import { noiseImages, sliceImages } from '../data.js';
import { lossOf, PROBLEMS, type Tf } from '../models.js';
import { serve } from './serve.js';

const require = createRequire(import.meta.url);
// Packages as they are for Node. The layers bring the gradients along.
const core = require('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core');
const layers = require('@tensorflow/tfjs-layers') as typeof import('@tensorflow/tfjs-layers');
require('@tensorflow/tfjs-backend-wasm');
const tf: Tf = { ...core, ...layers };

const steps = Number(process.argv[2]);
const { batchSize, createModel } = PROBLEMS.mlp;
const data = noiseImages(batchSize * steps);

core.enableProdMode();
if (!(await core.setBackend('wasm'))) throw new Error('The stock wasm backend did not start.');
const model = createModel(tf);
const optimizer = core.train.adam(1e-3);

function step(batch: number): void {
  const { pixels, labels } = sliceImages(data, batch * batchSize, (batch + 1) * batchSize);
  core.tidy(() => {
    const images = core.tensor(pixels, [batchSize, 784]);
    const digits = core.tensor(labels, [batchSize], 'int32');
    optimizer.minimize(() => lossOf(tf, model, images, digits));
  });
}

serve(async () => {
  const start = performance.now();
  for (let batch = 0; batch < steps; batch++) step(batch);
  return (performance.now() - start) / steps;
});
