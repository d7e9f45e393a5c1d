/** Writes the same 100 MB into a folder, in one of three ways: `checkpointWriter plain|file|trainer FOLDER`. */
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LightningModule, optim, Trainer, tf } from 'lightning-tfjs';
import { writeCheckpoint } from '../../../runtime/src/checkpoint/index.js';
import { serve } from './serve.js';

/** 25 million weights of 4 bytes. */
const SHAPE = [5000, 5000] as const;

class Large extends LightningModule {
  readonly weights = tf.variable(tf.randomUniform([...SHAPE]));

  override trainingStep() {
    return tf.mean(this.weights) as tf.Scalar;
  }

  override configureOptimizers() {
    return new optim.SGD(this.parameters());
  }
}

const [way, folder = '.'] = process.argv.slice(2) as ['plain' | 'file' | 'trainer', string];
const path = join(folder, `${way}.ckpt`);
const trainer = new Trainer({
  maxSteps: 1,
  logger: false,
  enableCheckpointing: false,
  enableProgressBar: false,
  enableModelSummary: false,
  enableRunEvents: false,
});
const module = new Large();
await trainer.fit(module, { trainDataloader: [0] });
// What the Trainer writes, so that all three write the same.
await trainer.saveCheckpoint(path, { weightsOnly: true });
const bytes = await readFile(path);
const content = {
  epoch: trainer.currentEpoch,
  global_step: trainer.globalStep,
  loops: {},
  state_dict: await module.stateDict(),
};

const WAYS: Readonly<Record<typeof way, () => Promise<unknown>>> = {
  async plain() {
    const handle = await open(path, 'w');
    await handle.write(bytes);
    await handle.sync();
    await handle.close();
  },
  file: () => writeCheckpoint(path, content),
  trainer: () => trainer.saveCheckpoint(path, { weightsOnly: true }),
};

serve(async () => {
  await rm(path, { force: true });
  const start = performance.now();
  await WAYS[way]();
  const milliseconds = performance.now() - start;
  await rm(path);
  return milliseconds;
});
