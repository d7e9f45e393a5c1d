// The built program, as a person and as the editor start it. `npm test` builds before it tests.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dict, op, pickle, tensor, torchZip } from '../checkpoint/torch/testing/makeTorchFile.js';
import { isRunEvent, type RunEvent } from '../protocol/index.js';
import { type TemporaryProject, temporaryProject } from './temporaryProject.js';

// Each test starts a process, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 60_000 });

const PROGRAM = fileURLToPath(new URL('../../bin/lightning.js', import.meta.url));
const QUIET = ['--trainer.enableProgressBar=false', '--trainer.enableModelSummary=false'];

const BASE = `import { DataLoader, LightningModule, optim, TensorDataset, tf } from 'lightning-tfjs';

export type Batch = [x: tf.Tensor, y: tf.Tensor];

export abstract class Base extends LightningModule {
  net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });

  forward(x: tf.Tensor) {
    return this.net.apply(x) as tf.Tensor;
  }

  loss([x, y]: Batch) {
    return tf.mean(tf.squaredDifference(this.forward(x), y)) as tf.Scalar;
  }

  trainDataloader() {
    const x = { data: new Float32Array(32).fill(1), shape: [16, 2] };
    const y = { data: new Float32Array(16).fill(1), shape: [16, 1] };
    return new DataLoader(new TensorDataset(x, y), { batchSize: 4 });
  }

  configureOptimizers() {
    return new optim.SGD(this.parameters(), { lr: 0.01 });
  }
}
`;

const LIT = `import { Base, type Batch } from './base.js';

export class Lit extends Base {
  constructor(readonly hparams = { name: 'lit', lr: 0.01, net: { hidden: 8 } }) {
    super();
    this.saveHyperparameters(hparams);
  }

  trainingStep(batch: Batch) {
    const loss = this.loss(batch);
    this.log('train_loss', loss);
    return loss;
  }

  testStep(batch: Batch) {
    this.log('test_loss', this.loss(batch));
  }

  testDataloader() {
    return this.trainDataloader();
  }
}
`;

/** A class whose training step is \`body\`, which begins on line 5. */
const withStep = (body: string) => `import { Base, type Batch } from './base.js';

export class Lit extends Base {
  async trainingStep(batch: Batch) {
${body}
  }
}
`;

let project: TemporaryProject;

beforeAll(() => {
  if (!existsSync(fileURLToPath(new URL('../../dist/cli.js', import.meta.url))))
    throw new Error('Run npm run build first.');
  project = temporaryProject({
    'base.ts': BASE,
    'lit.ts': LIT,
    'wrongShape.ts': withStep('    return [batch].length === 1 ? this.forward(batch[0]) : undefined;'),
    'slow.ts': withStep('    await new Promise((done) => setTimeout(done, 1));\n    return this.loss(batch);'),
    'stuck.ts': withStep("    console.log('stuck');\n    await new Promise((done) => setInterval(done, 2 ** 30));"),
    'stray.ts': withStep(
      "    setImmediate(() => Promise.reject(new Error('stray')));\n    await new Promise(() => setInterval(() => {}, 2 ** 30));",
    ),
    'constructor.ts': `import { Base } from './base.js';\nexport class Lit extends Base {\n  size = (undefined as unknown as string).length;\n}\n`,
    'noData.ts': `import { readFile } from 'node:fs/promises';\nimport { Base } from './base.js';\nexport class Lit extends Base {\n  async setup() {\n    await readFile('missing.csv');\n  }\n  trainingStep() {}\n}\n`,
    'none.ts': 'export const model = 1;\n',
    'syntax.ts': 'export class {\n',
    'text.ts': "throw 'only text';\n",
    'cut.ckpt': 'not a checkpoint',
  });
});

afterAll(() => project.remove());

interface Run {
  readonly child: ChildProcess;
  /** Standard output and error so far. */
  output(): string;
  readonly events: readonly RunEvent[];
  /** Resolves once the program printed a text. */
  printed(text: string): Promise<void>;
  /** Resolves once an event came. */
  event(type: RunEvent['type']): Promise<RunEvent>;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Run {
  const child = fork(PROGRAM, args, { cwd: project.folder, silent: true, execArgv: [] });
  const exitCode = new Promise<number | null>((resolve) => child.on('exit', resolve));
  let output = '';
  const events: RunEvent[] = [];
  let look: (() => void)[] = [];
  const changed = () => {
    const lookers = look;
    look = [];
    for (const again of lookers) again();
  };
  const wait = async <Found>(find: () => Found | undefined): Promise<Found> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => look.push(resolve));
    }
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      output += data.toString();
      changed();
    });
  }
  child.on('message', (message) => {
    expect(isRunEvent(message)).toBe(true);
    events.push(message as RunEvent); // checked above
    changed();
  });
  return {
    child,
    events,
    output: () => output,
    printed: (text) => wait(() => output.includes(text) || undefined).then(() => undefined),
    event: (type) => wait(() => events.find((event) => event.type === type)),
    // Not 'close', which does not come after a disconnect.
    ended: Promise.all([exitCode, ...[child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'))]).then(
      ([code]) => code,
    ),
  };
}

describe('lightning', () => {
  it('trains, tests the best checkpoint, and says where things lie', async () => {
    const run = start(
      'fit',
      'lit.ts',
      '--trainer.maxEpochs',
      '2',
      '--trainer.defaultRootDir=out',
      '--quickstart',
      ...QUIET,
    );
    expect(await run.ended).toBe(0);
    const folder = join('out', 'lightning_logs', 'version_0');
    expect(run.output()).toContain('Finished after 2 epochs and 8 steps.');
    expect(run.output()).toMatch(/Test metric +value\n.*\n +test_loss +[\d.]+/);
    expect(run.output()).toContain(`best checkpoint  ${join(folder, 'checkpoints', 'epoch=1-step=8.ckpt')}`);
    expect(existsSync(project.path(join(folder, 'checkpoints', 'epoch=1-step=8.ckpt')))).toBe(true);
  });

  it('gives the module its hyperparameters', async () => {
    const args = ['--model.lr', '0.5', '--model.name', '7', '--model.net.hidden=3', '--trainer.defaultRootDir=hparams'];
    expect(await start('fit', 'lit.ts', ...args, '--trainer.maxSteps', '1', ...QUIET).ended).toBe(0);
    const text = readFileSync(project.path(join('hparams', 'lightning_logs', 'version_0', 'hparams.yaml')), 'utf8');
    expect(text).toMatch(/name: "7"\nlr: 0.5\nnet:\n {2}hidden: 3/);
  });

  it.each([
    {
      name: 'a file that does not compile',
      args: ['fit', 'syntax.ts'],
      text: 'Expected identifier but found "{"',
      at: 'syntax.ts:1:14',
    },
    {
      name: 'a file without module',
      args: ['fit', 'none.ts'],
      text: 'exports no class that extends LightningModule. It exports model.',
      at: 'none.ts:1:1',
    },
    {
      name: 'a constructor that throws',
      args: ['fit', 'constructor.ts'],
      text: "TypeError: Cannot read properties of undefined (reading 'length')",
      at: 'constructor.ts:3:43',
    },
    {
      name: 'a missing data file',
      args: ['fit', 'noData.ts'],
      text: "ENOENT: no such file or directory, open 'missing.csv'",
      at: 'noData.ts:5:5',
    },
    {
      name: 'a loss that is not a scalar',
      args: ['fit', 'wrongShape.ts'],
      text: 'tensor of shape [4,1]',
      at: 'wrongShape.ts:4:9',
    },
    { name: 'an error that nobody awaits', args: ['fit', 'stray.ts'], text: 'Error: stray', at: 'stray.ts:5:39' },
    {
      name: 'text that is thrown',
      args: ['fit', 'text.ts'],
      text: 'text.ts could not be loaded. It threw only text',
      at: 'text.ts:1:1',
    },
  ])('points at $name', async ({ args, text, at }) => {
    const run = start(...args, '--trainer.logger=false', '--trainer.enableCheckpointing=false', ...QUIET);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(text);
    expect(run.output()).toContain(`  at ${at}\n`);
    expect(run.output().match(/^\w*Error: /gm)).toHaveLength(1);
  });

  it('shows what a checkpoint of PyTorch Lightning holds', async () => {
    const content = { epoch: op.int(1), global_step: op.int(6), loops: dict({}), state_dict: dict({ w: tensor() }) };
    const bytes = torchZip(pickle(dict({ ...content, hyper_parameters: dict({ hidden: op.int(3) }) })));
    writeFileSync(project.path('torch.ckpt'), bytes);
    const run = start('inspect', 'torch.ckpt', '--stats');
    expect(await run.ended).toBe(0);
    expect(run.output()).toContain('Hyperparameters:\n  hidden: 3\n');
    expect(run.output()).toMatch(/state_dict\.w +float32 +\[4\] +16 B +0 +0 +0 +0 +0\n/);
  });

  it('reads lists on the command line', async () => {
    const run = start('fit', 'lit.ts', '--model.name', '[1, 2', ...QUIET);
    expect(await run.ended).toBe(2);
    const sound = start('fit', 'lit.ts', '--trainer.devices', '[0]', '--trainer.fastDevRun', ...QUIET);
    expect([await sound.ended, sound.output()]).toEqual([0, expect.not.stringContaining('cannot be read')]);
  });

  it('names a checkpoint that cannot be read', async () => {
    const run = start('fit', 'lit.ts', '--ckpt', 'cut.ckpt', '--trainer.logger=false', ...QUIET);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('cut.ckpt');
  });

  it.each([
    { args: ['fit', 'lit.ts', '--trainer.maxEpoch', '3'], text: 'Did you mean `maxEpochs`?' },
    { args: ['fit', 'lit.ts', '--model.lrr', '3'], text: 'Did you mean `--model.lr`?' },
    { args: ['fit', 'lit.ts', '--class', 'Lot'], text: 'Did you mean --class Lit?' },
    { args: ['fit', 'lit.ts', '--data.size', '3'], text: 'lit.ts exports no LightningDataModule.' },
    { args: ['fit', 'nothing.ts'], text: 'There is no file nothing.ts.' },
    { args: ['fit', 'cut.ckpt'], text: 'cut.ckpt is neither TypeScript nor JavaScript.' },
    { args: ['fit', '.'], text: '. is not a file.' },
  ])('answers $args with exit code 2', async ({ args, text }) => {
    const run = start(...args);
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain(text);
  });

  it('needs neither an installed esbuild nor a program called node', async () => {
    // As in the editor's extension: no node_modules, and the WebAssembly esbuild inside.
    const folder = mkdtempSync(join(tmpdir(), 'lightning-test-'));
    const runtime = fileURLToPath(new URL('../..', import.meta.url));
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(runtime, part), join(folder, part), { recursive: true });
    const vendor = join(folder, 'dist', 'vendor', 'esbuild-wasm');
    const wasm = dirname(createRequire(import.meta.url).resolve('esbuild-wasm/package.json'));
    rmSync(vendor, { recursive: true, force: true });
    cpSync(wasm, vendor, { recursive: true });
    const child = fork(join(folder, 'bin', 'lightning.js'), ['fit', 'lit.ts', '--trainer.fastDevRun', ...QUIET], {
      cwd: project.folder,
      env: { ...process.env, PATH: '' },
      execArgv: [],
      silent: true,
    });
    const [code] = await once(child, 'exit');
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
  });

  it('prints help and its version', async () => {
    const [help, version] = [start('--help'), start('--version')];
    expect([await help.ended, await version.ended]).toEqual([0, 0]);
    expect(help.output()).toContain('--trainer.maxEpochs');
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('lightning --channel ipc', () => {
  const IPC = ['--channel', 'ipc', ...QUIET];

  it('sends the run from its start to its end', async () => {
    const run = start('fit', 'lit.ts', '--trainer.maxEpochs=1', '--trainer.defaultRootDir=ipc', ...IPC);
    expect(await run.ended).toBe(0);
    expect(run.events[0]).toMatchObject({
      type: 'run-started',
      kind: 'fit',
      moduleName: 'Lit',
      file: project.path('lit.ts'),
    });
    expect(run.events.at(-1)).toMatchObject({ type: 'run-ended', reason: 'finished', globalStep: 4 });
  });

  it('tells of a failure once, with its place', async () => {
    const failed = start('fit', 'wrongShape.ts', '--trainer.logger=false', ...IPC);
    expect(await failed.ended).toBe(1);
    const location = { file: project.path('wrongShape.ts'), line: 4, column: 9 };
    expect(failed.events.filter(({ type }) => type === 'error')).toMatchObject([
      { name: 'MisconfigurationError', location },
    ]);
  });

  it('tells of a failure before the run', async () => {
    const run = start('fit', 'syntax.ts', ...IPC);
    expect(await run.ended).toBe(1);
    expect(run.events).toMatchObject([
      { type: 'error', code: 'does-not-compile', location: { file: project.path('syntax.ts'), line: 1, column: 14 } },
      { type: 'run-ended', reason: 'failed' },
    ]);
  });

  it('stops when told to, with a checkpoint', async () => {
    const run = start('fit', 'slow.ts', '--trainer.maxEpochs=-1', '--trainer.defaultRootDir=stop', ...IPC);
    await run.event('progress');
    run.child.send({ command: 'stop' });
    expect(await run.ended).toBe(0);
    const ended = run.events.at(-1);
    expect(ended).toMatchObject({ type: 'run-ended', reason: 'stopped', checkpoint: expect.stringMatching(/\.ckpt$/) });
  });

  it('ends by itself, with a checkpoint, when the program that started it is gone', async () => {
    const run = start('fit', 'slow.ts', '--trainer.maxEpochs=-1', '--trainer.defaultRootDir=gone', ...IPC);
    await run.event('progress');
    run.child.disconnect();
    expect(await run.ended).toBe(0);
    expect(run.output()).toMatch(/Stopped after .*\n +(best|last) checkpoint +gone/);
  });
});

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  it('stops at the next batch, with a checkpoint', async () => {
    const run = start(
      'fit',
      'slow.ts',
      '--trainer.maxEpochs=-1',
      '--trainer.defaultRootDir=sigint',
      '--channel=ipc',
      ...QUIET,
    );
    await run.event('progress');
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.output()).toMatch(
      /Ctrl-C: stopping at the next batch, with a checkpoint\.[\s\S]*Stopped after .*\n +(best|last) checkpoint +sigint/,
    );
  });

  it('ends at once when pressed again', async () => {
    const run = start('fit', 'stuck.ts', '--trainer.logger=false', ...QUIET);
    await run.printed('stuck');
    run.child.kill('SIGINT');
    await run.printed('Press Ctrl-C again');
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
  });
});
