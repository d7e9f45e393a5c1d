/**
 * A million steps with one float32 metric each, written as a Trainer writes `run.ndjson`, and read back: `runFileWriter
 * write|read|plain DIRECTORY`. `plain` is the peer: the bytes of the same file, in one read, each line through JSON.parse.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../../../runtime/src/runs/index.js';
import { RunEvents } from '../../../runtime/src/trainer/runEvents.js';
import { serve } from './serve.js';

const STEPS = 1_000_000;
const BATCHES = 1000;

const [way, directory = '.'] = process.argv.slice(2) as ['write' | 'read' | 'plain', string];
mkdirSync(directory, { recursive: true });
const path = join(directory, 'run.ndjson');

/** As fast as it goes, which makes the most rows a line, and the least reports of progress. */
function write(): void {
  rmSync(path, { force: true });
  let step = 0;
  const status = () => ({ globalStep: step, maxEpochs: STEPS / BATCHES, progressBarMetrics: {} });
  const events = new RunEvents(status);
  events.openFile(directory);
  for (; step < STEPS; step++) {
    const epoch = Math.floor(step / BATCHES);
    events.addRow(step, epoch, { train_loss: Math.fround(Math.sin(step) ** 2 + 0.01) });
    events.batchDone('train', epoch, (step % BATCHES) + 1, BATCHES);
  }
  events.send({ type: 'run-ended', reason: 'finished', epoch: 1000, globalStep: STEPS, metrics: {}, checkpoint: null });
  events.close();
}

const WAYS: Readonly<Record<typeof way, () => Promise<void>>> = {
  async write() {
    write();
  },
  async read() {
    const run = await readRun(directory);
    const series = run?.series.get('train_loss');
    if (series?.step.length !== STEPS || run?.state !== 'finished') throw new Error('The run was not read whole.');
  },
  async plain() {
    for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) JSON.parse(line);
  },
};

serve(async () => {
  const start = performance.now();
  await WAYS[way]();
  return performance.now() - start;
});
