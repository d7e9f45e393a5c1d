import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { open } from '../testing.js';
import { LatestRuns } from './latestRun.js';
import { offersOf } from './runnables.js';

const IMPORT = "import { LightningModule } from 'lightning-tfjs';\n";
const ALL = new Set(
  ['fastDevRun', 'debugFastDevRun', 'fit', 'validate', 'test', 'predict'].map((name) => `lightning.${name}`),
);

function offers(text: string, commands: ReadonlySet<string> | null = ALL): readonly string[] {
  const { document, analyzer } = open({ 'lit.ts': IMPORT + text });
  return analyzer
    .modules(document.uri)
    .flatMap((module) => offersOf(module, document.uri, commands))
    .map(({ title, runnable }) => `${title}: ${runnable.kind} ${runnable.className}`);
}

describe('what can be run', () => {
  it('follows the steps of the module', () => {
    const body = '{ trainingStep() {} validationStep() {} testStep() {} predictStep() {} }';
    expect(offers(`export class Lit extends LightningModule ${body}`)).toEqual([
      'Run fast_dev_run: fit Lit',
      'Debug: fit Lit',
      'Fit: fit Lit',
      'Validate: validate Lit',
      'Test: test Lit',
      'Predict: predict Lit',
    ]);
  });

  it('of a module that is not trained begins with its first step', () => {
    expect(offers('export class Lit extends LightningModule { testStep() {} }')).toEqual([
      'Run fast_dev_run: test Lit',
      'Debug: test Lit',
      'Test: test Lit',
    ]);
  });

  it.each([
    ['abstract', 'export abstract class Lit extends LightningModule { trainingStep() {} }'],
    ['not exported', 'class Lit extends LightningModule { trainingStep() {} }'],
    ['without a step', 'export class Lit extends LightningModule {}'],
  ])('is nothing for a module that is %s', (_name, text) => {
    expect(offers(text)).toEqual([]);
  });

  it('is only what the client has commands for', () => {
    const text = 'export class Lit extends LightningModule { trainingStep() {} testStep() {} }';
    expect(offers(text, new Set(['lightning.test']))).toEqual(['Test: test Lit']);
    expect(offers(text, null)).toEqual(['Run fast_dev_run: fit Lit', 'Fit: fit Lit']);
  });
});

describe('the latest run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lightning-runs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const started = (moduleName: string) => ({
    type: 'run-started',
    time: 1,
    protocol: 1,
    runId: 'r',
    pid: 1,
    kind: 'fit',
    moduleName,
    file: '/lit.ts',
    logDir: null,
    engine: { accelerator: 'cpu', backend: 'wasm', why: '' },
    options: {},
    hparams: {},
    summary: { rows: [], trainable: 0, total: 0 },
  });
  const metrics = (name: string, values: readonly (number | null)[]) => ({
    type: 'metrics',
    time: 2,
    step: values.map((_, i) => i),
    epoch: values.map(() => 0),
    times: values.map(() => 0),
    series: { [name]: values },
  });
  const checkpoint = {
    type: 'checkpoint',
    time: 3,
    path: '/x/a.ckpt',
    epoch: 0,
    globalStep: 1,
    sizeBytes: 1,
    monitor: 'val_loss',
    score: 0.5,
    best: '/x/best.ckpt',
    last: null,
    removed: [],
  };

  function write(version: number, events: readonly object[]): void {
    const directory = join(folder, 'lightning_logs', `version_${version}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'run.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }

  it('is the newest of that class, with its monitored metric and its best checkpoint', () => {
    write(9, [started('Lit'), metrics('val_loss', [0.9])]);
    write(10, [started('Lit'), metrics('train_loss', [1]), metrics('val_loss', [0.7, 0.5, null]), checkpoint]);
    write(11, [started('Other'), metrics('val_loss', [0.1])]);
    expect(new LatestRuns().find('/lit.ts', 'Lit', [folder])).toEqual({
      name: 'version_10',
      metric: { name: 'val_loss', value: 0.5 },
      best: 'best.ckpt',
    });
  });

  it('reads only the ends of a long log', () => {
    const many = Array.from({ length: 3000 }, () => metrics('train_loss', [1, 2, 3]));
    write(0, [started('Lit'), ...many, metrics('val_acc', [0.25])]);
    expect(new LatestRuns().find('/lit.ts', 'Lit', [folder])?.metric).toEqual({ name: 'val_acc', value: 0.25 });
  });

  it('is read again when the log has grown', () => {
    const runs = new LatestRuns();
    write(0, [started('Lit')]);
    expect(runs.find('/lit.ts', 'Lit', [folder])?.metric).toBeNull();
    write(0, [started('Lit'), metrics('loss', [3])]);
    expect(runs.find('/lit.ts', 'Lit', [folder])?.metric).toEqual({ name: 'loss', value: 3 });
  });

  it('is none where logs are missing, broken, or of others', () => {
    const runs = new LatestRuns();
    expect(runs.find('/lit.ts', 'Lit', [folder])).toBeUndefined();
    write(0, [{ nonsense: true }]);
    write(1, [{ ...started('Lit'), file: '/another.ts' }]);
    expect(runs.find('/lit.ts', 'Lit', [folder])).toBeUndefined();
  });
});
