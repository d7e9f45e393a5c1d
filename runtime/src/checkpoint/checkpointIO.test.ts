import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ModelCheckpoint } from '../callbacks/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import { AsyncCheckpointIO, type Checkpoint, CheckpointIO, readCheckpoint, S3CheckpointIO } from './index.js';
import { startS3Server } from './testing/s3Server.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

const folder = () => mkdtempSync(join(tmpdir(), 'lightning-checkpoints-'));

/** Writes when it is told to, and notes what it did. */
class Gated extends CheckpointIO {
  readonly done: string[] = [];
  readonly waiting: (() => void)[] = [];
  fails = false;

  async saveCheckpoint(_checkpoint: Checkpoint, path: string): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.fails) throw new Error('the disk is full');
    this.done.push(`save ${path}`);
  }
  async loadCheckpoint(): Promise<Checkpoint> {
    throw new Error('not here');
  }
  async removeCheckpoint(path: string): Promise<void> {
    this.done.push(`remove ${path}`);
  }
  async sizeOf(): Promise<number | undefined> {
    return undefined;
  }
}

const CHECKPOINT: Checkpoint = { epoch: 0, global_step: 0, state_dict: {}, loops: {} };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('AsyncCheckpointIO', () => {
  it('writes behind the caller’s back, one at a time, and removes only after that', async () => {
    const gated = new Gated();
    const io = new AsyncCheckpointIO(gated);
    await io.saveCheckpoint(CHECKPOINT, 'a');
    await io.removeCheckpoint('old');
    await turn();
    expect([gated.done, await io.has('a'), await io.has('old')]).toEqual([[], true, false]);
    const second = io.saveCheckpoint(CHECKPOINT, 'b');
    await turn();
    expect(gated.waiting).toHaveLength(1);
    gated.waiting[0]?.();
    await second;
    await turn();
    expect(gated.done).toEqual(['save a', 'remove old']);
    gated.waiting[1]?.();
    await io.teardown();
    expect(gated.done).toEqual(['save a', 'remove old', 'save b']);
  });

  it('tells of a failure at the next call, and removes nothing after it', async () => {
    const gated = new Gated();
    const io = new AsyncCheckpointIO(gated);
    gated.fails = true;
    await io.saveCheckpoint(CHECKPOINT, 'a');
    await io.removeCheckpoint('old');
    await turn();
    gated.waiting[0]?.();
    await expect(io.saveCheckpoint(CHECKPOINT, 'b')).rejects.toThrow('the disk is full');
    await io.teardown();
    expect(gated.done).toEqual([]);
  });

  it('leaves the same files behind as writing at once, with the weights of their moment', async () => {
    const weights = async (isAsync: boolean) => {
      const dirpath = folder();
      const trainer = quietTrainer({
        maxEpochs: 4,
        logger: false,
        callbacks: [new ModelCheckpoint({ dirpath, saveTopK: 2, monitor: 'val_loss', saveLast: 'link' })],
        ...(isAsync && { plugins: new AsyncCheckpointIO() }),
      });
      const reported: string[] = [];
      trainer.onEvent((event) => event.type === 'checkpoint' && reported.push(event.path.slice(dirpath.length)));
      await trainer.fit(new TinyModule(), tinyLoaders());
      const names = [...(trainer.checkpointCallback?.bestKModels.keys() ?? []), join(dirpath, 'last.ckpt')];
      const files = names.map(async (name) => (await readCheckpoint(name)).state_dict);
      return { names: names.map((name) => name.slice(dirpath.length)), files: await Promise.all(files), reported };
    };
    expect(await weights(true)).toEqual(await weights(false));
  });
});

/** A project with AWS's client, the real one where it is installed. */
function useProject(): void {
  try {
    createRequire(join(process.cwd(), 'package.json')).resolve('@aws-sdk/client-s3');
  } catch {
    const project = folder();
    const home = join(project, 'node_modules/@aws-sdk/client-s3');
    mkdirSync(home, { recursive: true });
    const source = fileURLToPath(new URL('./testing/s3Client.mjs', import.meta.url));
    writeFileSync(join(home, 'index.mjs'), readFileSync(source));
    writeFileSync(join(home, 'package.json'), '{ "main": "index.mjs" }');
    vi.spyOn(process, 'cwd').mockReturnValue(project);
  }
}

describe('checkpoints in S3', () => {
  it('are written, kept, linked, resumed from and removed', async () => {
    useProject();
    await using server = await startS3Server();
    const io = new S3CheckpointIO({
      endpoint: server.endpoint,
      region: 'nowhere',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const trainer = (maxEpochs: number) =>
      quietTrainer({
        maxEpochs,
        logger: false,
        callbacks: [new ModelCheckpoint({ dirpath: 's3://bucket/runs/1', saveLast: 'link' })],
        plugins: io,
      });
    await trainer(1).fit(new TinyModule(), tinyLoaders());
    expect([...server.objects.keys()]).toEqual(['bucket/runs/1/epoch=0-step=6.ckpt', 'bucket/runs/1/last.ckpt']);
    const resumed = new TinyModule();
    const second = trainer(2);
    await second.fit(resumed, { ...tinyLoaders(), ckptPath: 's3://bucket/runs/1/last.ckpt' });
    const whole = new TinyModule();
    await quietTrainer({ maxEpochs: 2, logger: false, enableCheckpointing: false }).fit(whole, tinyLoaders());
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(second.globalStep).toBe(12);
    expect([...server.objects.keys()]).toContain('bucket/runs/1/epoch=1-step=12.ckpt');
    await io.removeCheckpoint('s3://bucket/runs/1/last.ckpt');
    expect(await io.has('s3://bucket/runs/1/last.ckpt')).toBe(false);
    expect(existsSync('s3:')).toBe(false);
  });

  it('say what to install when the client is missing', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder());
    await expect(new S3CheckpointIO().sizeOf('s3://bucket/a.ckpt')).rejects.toThrow(/npm install @aws-sdk\/client-s3/);
  });
});
