// Stands for a Trainer in a terminal: writes run.ndjson into a directory and listens to signals, as the scenario wants it.
import { appendFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const [scenario, directory] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const write = (event) =>
  appendFileSync(join(directory, 'run.ndjson'), `${JSON.stringify({ time: Date.now(), ...event })}\n`);
const metrics = (step, loss) =>
  write({ type: 'metrics', step: [step], epoch: [0], times: [1], series: { train_loss: [loss] } });
const ended = (reason) =>
  write({ type: 'run-ended', reason, epoch: 0, globalStep: 2, metrics: { train_loss: 0.5 }, checkpoint: null });

write({
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
  hparams: { lr: 0.1 },
  summary: { rows: [], trainable: 1, total: 1 },
});
metrics(0, 1);

const scenarios = {
  goesOn() {
    process.on('SIGTERM', () => {
      ended('stopped');
      process.exit(143);
    });
    process.on('message', ({ step }) => metrics(step, 1 / step));
    process.on('disconnect', () => process.exit(0));
    process.send('ready');
  },
  hangs() {
    process.on('SIGTERM', () => undefined); // heard only between turns, and there is none
    process.send('ready', () => {
      for (;;);
    });
  },
};
scenarios[scenario]();
