/** Writes the same 100 MB into a folder, in one of four ways, or waits as long: `checkpointWriter plain|file|trainer|async|idle FOLDER`. */
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AsyncCheckpointIO, LightningModule, optim, Trainer, tf } from 'lightning-tfjs';
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

const [way, folder = '.'] = process.argv.slice(2) as ['plain' | 'file' | 'trainer' | 'async' | 'idle', string];
const path = join(folder, `${way}.ckpt`);
const trainer = new Trainer({
  maxSteps: 1,
  logger: false,
  enableCheckpointing: false,
  enableProgressBar: false,
  enableModelSummary: false,
  enableRunEvents: false,
  ...(way === 'async' && { plugins: [new AsyncCheckpointIO()] }),
});
const module = new Large();
await trainer.fit(module, { trainDataloader: [0] });
// What the Trainer writes, so that all three write the same.
await trainer.saveCheckpoint(path, { weightsOnly: true });
await trainer.checkpointIO.teardown(); // until it is written
const bytes = await readFile(path);
const content = {
  epoch: trainer.currentEpoch,
  global_step: trainer.globalStep,
  loops: {},
  state_dict: await module.stateDict(),
};

/** About as long as a write takes: what the machine does besides is in the longest gap of an idle loop, too. */
const IDLE_MS = 60;

/** The longest time in which nothing else could run, from the moment when the work is asked for until it is done. */
async function longestGap(work: { ask(): Promise<void>; done(): Promise<void> }): Promise<number> {
  const start = performance.now();
  await work.ask();
  let before = performance.now();
  let longest = before - start;
  let isDone = false;
  const done = work.done().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise(setImmediate);
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
  }
  await done;
  return longest;
}

const WAYS: Readonly<Record<typeof way, () => Promise<unknown>>> = {
  async: () =>
    longestGap({
      ask: () => trainer.saveCheckpoint(path, { weightsOnly: true }),
      done: () => trainer.checkpointIO.teardown(),
    }),
  idle: () => longestGap({ ask: async () => {}, done: () => setTimeout(IDLE_MS) }),
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
  const told = await WAYS[way]();
  const milliseconds = typeof told === 'number' && ['async', 'idle'].includes(way) ? told : performance.now() - start;
  await rm(path, { force: true });
  return milliseconds;
});
