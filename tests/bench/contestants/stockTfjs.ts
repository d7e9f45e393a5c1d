/**
 * The same training in plain tfjs: `stockTfjs PROBLEM BACKEND STEPS`. Its own backend as npm has it, and tf.train.adam. A
 * round gives the time of one step.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '../../../runtime/src/tf.js';
import { setWasmPaths } from '../../../runtime/src/tfBackends.js';
import { noise, slice } from '../data.js';
import { lossOf, PROBLEMS, type ProblemName } from '../models.js';
import { serve } from './serve.js';

const [problemName, backend, stepCount] = process.argv.slice(2) as [ProblemName, 'wasm' | 'cpu', string];
const steps = Number(stepCount);
const { batchSize, sampleShape, createModel } = PROBLEMS[problemName];
const data = noise(batchSize * steps, sampleShape);

// Our bundle of tfjs is npm's, unchanged; our kernels come with startEngine, which is not called here. The engine's file
// is the one in the package: ours has memory that threads share.
const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
setWasmPaths(join(dirname(packageFile), 'wasm-out/'));
tf.enableProdMode();
if (!(await tf.setBackend(backend))) throw new Error(`The stock ${backend} backend did not start.`);
const model = createModel(tf);
const optimizer = tf.train.adam(1e-3);

function step(batch: number): void {
  const { values, labels } = slice(data, batch * batchSize, (batch + 1) * batchSize);
  tf.tidy(() => {
    const samples = tf.tensor(values, [batchSize, ...sampleShape]);
    const digits = tf.tensor(labels, [batchSize], 'int32');
    optimizer.minimize(() => lossOf(tf, model, samples, digits));
  });
}

serve(async () => {
  const start = performance.now();
  for (let batch = 0; batch < steps; batch++) step(batch);
  return (performance.now() - start) / steps;
});
