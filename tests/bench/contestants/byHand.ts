/** The Trainer's step without the Trainer: `byHand PROBLEM STEPS`. Our kernels, autograd and optimizer. A round gives the time of one step. */
import { startEngine } from '../../../runtime/src/accelerators/index.js';
import { openTape } from '../../../runtime/src/autograd/index.js';
import { Adam } from '../../../runtime/src/optim/index.js';
import * as tf from '../../../runtime/src/tf.js';
import { noise, slice } from '../data.js';
import { lossOf, PROBLEMS, type ProblemName } from '../models.js';
import { serve } from './serve.js';

const [problemName, stepCount] = process.argv.slice(2) as [ProblemName, string];
const steps = Number(stepCount);
const { batchSize, sampleShape, createModel } = PROBLEMS[problemName];
const data = noise(batchSize * steps, sampleShape);

await startEngine('cpu', { engine: 'wasm' });
const model = createModel(tf);
const optimizer = new Adam(model.trainableWeights.map((weight) => weight.read() as tf.Variable)); // a LayerVariable reads as its variable

async function step(batch: number): Promise<void> {
  const { values, labels } = slice(data, batch * batchSize, (batch + 1) * batchSize);
  tf.engine().startScope();
  const samples = tf.tensor(values, [batchSize, ...sampleShape]);
  const digits = tf.tensor(labels, [batchSize], 'int32');
  {
    using tape = openTape();
    const loss = lossOf(tf, model, samples, digits);
    optimizer.zeroGrad();
    tape.backward(loss);
  }
  await optimizer.step();
  tf.engine().endScope();
}

serve(async () => {
  const start = performance.now();
  for (let batch = 0; batch < steps; batch++) await step(batch);
  return (performance.now() - start) / steps;
});
