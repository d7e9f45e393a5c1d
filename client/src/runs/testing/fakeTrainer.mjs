// Stands for the command line program of lightning-tfjs: says the run protocol over Node's channel, as the scenario wants it.
import { spawn } from 'node:child_process';

const scenario = process.argv[2];
const send = (event) => process.send({ time: 1_700_000_000_000, ...event });
const started = (protocol = 2) =>
  send({
    type: 'run-started',
    protocol,
    runId: 'run-1',
    pid: process.pid,
    kind: 'fit',
    moduleName: 'LitFake',
    file: '/project/model.ts',
    logDir: '/project/lightning_logs/version_0',
    engine: { accelerator: 'cpu', backend: 'wasm', why: 'default' },
    options: {},
    hparams: {},
    summary: { rows: [], trainable: 1, total: 1 },
  });
const metrics = (step, loss) =>
  send({ type: 'metrics', step: [step], epoch: [0], times: [1], series: { train_loss: [loss] } });
const ended = (reason, code) => {
  send({
    type: 'run-ended',
    reason,
    epoch: 0,
    globalStep: 2,
    metrics: { train_loss: 0.5 },
    checkpoint: '/c/last.ckpt',
  });
  process.disconnect();
  process.exitCode = code;
};

const scenarios = {
  finishes() {
    started();
    metrics(0, 1);
    metrics(1, 0.5);
    ended('finished', 0);
  },
  fails() {
    started();
    send({
      type: 'error',
      name: 'TypeError',
      code: null,
      message: 'x is not a function',
      stack: 'TypeError: x is not a function',
      location: { file: '/project/model.ts', line: 12, column: 5 },
    });
    ended('failed', 1);
  },
  isUsedWrongly() {
    process.stderr.write("There is no class 'Lit'. Did you mean 'LitFake'?\n");
    process.exitCode = 2;
    process.disconnect();
  },
  isKilled() {
    started();
    metrics(0, 1);
    process.kill(process.pid, 'SIGKILL');
  },
  leaves() {
    started();
    process.exit(0);
  },
  stopsWhenAsked() {
    process.on('message', ({ command }) => {
      if (command === 'stop') ended('stopped', 0);
    });
    started();
  },
  leavesWhenAskedEarly() {
    process.on('message', () => process.exit(130));
  },
  ignoresStop() {
    process.on('message', () => undefined);
    started();
  },
  leavesAChildBehind() {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    started();
    send({ type: 'warning', message: String(child.pid) });
    process.on('message', () => undefined);
  },
  talksNonsense() {
    started();
    process.send('hello');
    process.send({ type: 'progress', epoch: 'one' });
    for (let i = 0; i < 20; i++) process.send({ type: 'from-the-future', time: 1 });
    metrics(0, 1);
    ended('finished', 0);
  },
  speaksANewerProtocol() {
    process.on('message', () => undefined);
    started(99);
  },
  hangs() {
    started();
    metrics(0, 1);
    setTimeout(() => {
      for (;;);
    }, 50);
  },
  runsOutOfMemory() {
    started();
    metrics(0, 1);
    setTimeout(() => {
      const kept = [];
      for (;;) kept.push(new Array(100_000).fill(kept.length));
    }, 50);
  },
  printsAMillionLines() {
    started();
    const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i}`).join('\n');
    let left = 100;
    const print = () => {
      if (left-- > 0) process.stdout.write(`${lines}\n`, print);
      else {
        metrics(0, 1);
        ended('finished', 0);
      }
    };
    print();
  },
  printsALot() {
    started();
    for (let i = 0; i < 20_000; i++) process.stdout.write(`line ${i}\n`);
    metrics(0, 1);
    ended('finished', 0);
  },
};

scenarios[scenario]();
