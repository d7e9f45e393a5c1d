// Stands for a Trainer that this window started: tells the same over the channel and in run.ndjson, until it is asked to stop.
import { appendFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const [directory] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const tell = (event) => {
  const whole = { time: Date.now(), ...event };
  appendFileSync(join(directory, 'run.ndjson'), `${JSON.stringify(whole)}\n`);
  if (process.connected) process.send(whole, () => undefined);
};
const stop = () => {
  tell({ type: 'run-ended', reason: 'stopped', epoch: 0, globalStep: 1, metrics: {}, checkpoint: null });
  process.exit(0);
};
process.on('message', stop);
process.on('disconnect', stop);
tell({ type: 'metrics', step: [0], epoch: [0], times: [1], series: { train_loss: [1] } });
tell({
  type: 'run-started',
  protocol: 2,
  runId: `run-of-${process.pid}`,
  pid: process.pid,
  host: hostname(),
  kind: 'fit',
  moduleName: 'LitFake',
  logDir: directory,
  engine: { accelerator: 'cpu', backend: 'wasm', why: 'default' },
  options: {},
  hparams: {},
  summary: { rows: [], trainable: 1, total: 1 },
});
