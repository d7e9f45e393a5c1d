import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crc32 } from './crc.js';
import { WandbLogger } from './index.js';
import { inside, parseMessage } from './testing/events.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightning-wandb-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  for (const name of ['WANDB_MODE', 'WANDB_PROJECT']) vi.stubEnv(name, '');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a client into the project that notes its calls in a file. */
function installClient(init: string): () => string[] {
  const place = join(folder, 'node_modules/@wandb/sdk');
  const notes = join(folder, 'notes');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "name": "@wandb/sdk", "type": "module", "main": "index.js" }');
  writeFileSync(
    join(place, 'index.js'),
    `import { appendFileSync } from 'node:fs';
    const note = (...values) => appendFileSync(${JSON.stringify(notes)}, JSON.stringify(values) + '\\n');
    export default { async init(options) { ${init} note('init', options); return {
      log: (row) => note('log', row), finish: async (code) => note('finish', code) } } };`,
  );
  return () => readFileSync(notes, 'utf8').trimEnd().split('\n');
}

/** The messages of a `.wandb` file: a LevelDB log. */
function readOffline(directory: string): Buffer[] {
  const [run = ''] = readdirSync(join(directory, 'wandb'));
  const [file = ''] = readdirSync(join(directory, 'wandb', run));
  const bytes = readFileSync(join(directory, 'wandb', run, file));
  expect(bytes.subarray(0, 7).toString('latin1')).toBe(':W&B\xe1\xbe\0');
  const records: Buffer[] = [];
  let open: Buffer[] = [];
  for (let at = 7; at < bytes.length; ) {
    const left = 32_768 - (at % 32_768);
    if (left < 7) {
      at += left;
      continue;
    }
    const length = bytes.readUInt16LE(at + 4);
    expect(bytes.readUInt32LE(at)).toBe(crc32(bytes, at + 6, at + 7 + length));
    open.push(bytes.subarray(at + 7, at + 7 + length));
    const isLast = [1, 4].includes(bytes[at + 6] as number);
    if (isLast) records.push(Buffer.concat(open));
    if (isLast) open = [];
    at += 7 + length;
  }
  return records;
}

describe('WandbLogger without its client', () => {
  it('says what to install', () => {
    expect(() => new WandbLogger()).toThrow('Run: npm install @wandb/sdk.');
  });

  it('writes offline runs that `wandb sync` reads', async () => {
    const logger = new WandbLogger({ offline: true, saveDir: folder, id: 'abc', project: 'p', tags: ['a', 'b'] });
    logger.logHyperparams({ lr: 0.1, text: 'x'.repeat(70_000) }); // longer than two blocks
    await logger.save();
    for (let step = 0; step < 500; step++) logger.logMetrics({ loss: step === 3 ? Number.NaN : 0.5 }, step);
    await logger.finalize('failed');
    const records = readOffline(folder);
    const of = (field: number) => records.map((record) => inside(record, field)).filter(Buffer.isBuffer);
    expect(records.map((record) => inside(record, 1))).toEqual(records.map((_, index) => index + 1));
    const [run] = of(17);
    expect([1, 3].map((field) => String(inside(run as Buffer, field)))).toEqual(['abc', 'p']);
    expect(
      parseMessage(run as Buffer)
        .get(10)
        ?.map(String),
    ).toEqual(['a', 'b']);
    const history = of(2).map((row) =>
      Object.fromEntries(
        (parseMessage(row).get(1) ?? []).map((item) => [
          String(inside(item as Buffer, 1)),
          JSON.parse(String(inside(item as Buffer, 16))),
        ]),
      ),
    );
    expect(history).toHaveLength(500);
    expect(history[3]).toMatchObject({ loss: 'NaN', 'trainer/global_step': 3, _step: 3 });
    expect(inside(of(18)[0] as Buffer, 1)).toBe(1);
  });

  it('is offline when the environment says so', () => {
    vi.stubEnv('WANDB_MODE', 'offline');
    vi.stubEnv('WANDB_PROJECT', 'mine');
    const logger = new WandbLogger();
    expect([logger.name, logger.version, logger.saveDir]).toEqual([
      'mine',
      expect.stringMatching(/^[a-z0-9]{8}$/),
      '.',
    ]);
  });

  it.each([
    [{ offline: true, logModel: true }, 'offline=true is an invalid configuration'],
    [{ logModel: 'all' }, 'cannot upload files'],
  ])('refuses %j', (options, message) => {
    expect(() => new WandbLogger(options as object)).toThrow(message);
  });

  it('gives rows to a run that was begun elsewhere', async () => {
    const rows: unknown[] = [];
    const config: unknown[] = [];
    const experiment = {
      id: 'mine',
      log: (row: unknown) => rows.push(row),
      config: { update: (values: unknown) => config.push(values) },
    };
    const logger = new WandbLogger({ experiment, prefix: 'p' });
    logger.logHyperparams({ lr: 1 });
    logger.logMetrics({ a: 1 }, 5);
    logger.logMetrics({ a: 2 });
    await logger.finalize('success');
    expect([rows, config]).toEqual([[{ 'p-a': 1, 'trainer/global_step': 5 }, { 'p-a': 2 }], [{ lr: 1 }]]);
    expect(logger.version).toBe('mine');
  });
});

describe('WandbLogger with its client', () => {
  it('begins a run with the hyperparameters, sends rows in order, and ends it', async () => {
    const notes = installClient('');
    const logger = new WandbLogger({ project: 'p', name: 'n', id: 'abc', jobType: 'train' });
    logger.logHyperparams({ lr: 1 });
    logger.logMetrics({ a: 1 }, 0);
    logger.logMetrics({ a: 2 }, 1);
    await logger.finalize('success');
    expect(notes().map((line) => JSON.parse(line))).toEqual([
      ['init', { id: 'abc', project: 'p', name: 'n', job_type: 'train', resume: 'allow', config: { lr: 1 } }],
      ['log', { a: 1, 'trainer/global_step': 0 }],
      ['log', { a: 2, 'trainer/global_step': 1 }],
      ['finish', 0],
    ]);
  });

  it('is a run of its own each time', async () => {
    const notes = installClient('');
    const logger = new WandbLogger({ id: 'abc' });
    for (const _run of ['fit', 'test']) {
      await logger.start();
      logger.logMetrics({ a: 1 }, 0);
      await logger.finalize('success');
    }
    const ids = notes().flatMap((line) => JSON.parse(line)[1].id ?? []);
    expect(ids).toEqual(['abc', 'abc-2']);
  });

  it.each([
    ['rejects', "throw new Error('no server');"],
    [
      'throws later, where nobody waits',
      "setImmediate(() => { throw new Error('no server'); }); await new Promise(() => 0);",
    ],
  ])('warns once when the client %s', async (_name, init) => {
    installClient(init);
    const warnings: string[] = [];
    const listen = ({ message }: Error) => warnings.push(message);
    process.on('warning', listen);
    const logger = new WandbLogger();
    logger.logMetrics({ a: 1 }, 0);
    await logger.finalize('success');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([expect.stringContaining('training goes on without it: no server')]);
  });
});
