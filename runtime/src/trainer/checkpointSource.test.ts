/** Where `ckptPath` finds a checkpoint, and what it refuses. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpCheckpointIO } from '../checkpoint/index.js';
import { dict, op, pickle, tensor, torchZip, tuple } from '../checkpoint/torch/testing/makeTorchFile.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';

const folder = mkdtempSync(join(tmpdir(), 'lightning-source-'));
let server: Server;
let address: string;
let expected: number[][];

beforeAll(async () => {
  await startTestEngine();
  for (const maxEpochs of [1, 2]) {
    const module = new TinyModule();
    const trainer = quietTrainer({ maxEpochs, logger: false, enableCheckpointing: false });
    await trainer.fit(module, tinyLoaders());
    await trainer.saveCheckpoint(join(folder, `hpc_ckpt_${maxEpochs === 1 ? 10 : 9}.ckpt`));
    expected = weightsOf(module);
    module.dispose();
  }
  const files: Readonly<Record<string, Buffer>> = {
    '/good.ckpt': readFileSync(join(folder, 'hpc_ckpt_10.ckpt')),
    '/bad.ckpt': Buffer.from('<html>not found</html>'),
  };
  server = createServer((request, response) => {
    const content = files[request.url ?? ''];
    if (request.url === '/silent.ckpt') return; // never answers
    if (request.url === '/endless.ckpt') {
      response.end(Buffer.alloc(5000)); // without a length beforehand
      return;
    }
    response.writeHead(content ? 200 : 404).end(request.method === 'HEAD' ? undefined : content);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The weights after the second epoch of a run that goes on from there. */
async function goOnFrom(ckptPath: string): Promise<number[][]> {
  const module = new TinyModule();
  const trainer = quietTrainer({ maxEpochs: 2, logger: false, enableCheckpointing: false, defaultRootDir: folder });
  try {
    await trainer.fit(module, { ...tinyLoaders(), ckptPath });
    return weightsOf(module);
  } finally {
    module.dispose();
  }
}

const temporaryFiles = () => readdirSync(tmpdir()).filter((name) => /^lightning-[0-9a-f-]{36}\.ckpt$/.test(name));

describe('ckptPath', () => {
  it("'hpc' is the newest hpc_ckpt_<N>.ckpt of the root folder, by number", async () => {
    expect(await goOnFrom('hpc')).toEqual(expected);
    const module = new TinyModule();
    const fit = quietTrainer({ logger: false }).fit(module, { ...tinyLoaders(), ckptPath: 'hpc' });
    await expect(fit).rejects.toThrow("ckptPath is 'hpc', but there is no hpc_ckpt_<N>.ckpt in");
    module.dispose();
  });

  it('may be a web address', async () => {
    const before = temporaryFiles();
    expect(await goOnFrom(`${address}/good.ckpt`)).toEqual(expected);
    expect(temporaryFiles()).toEqual(before);
  });

  it.each([
    ['of a file that is not there', '/none.ckpt', /There is no checkpoint http/],
    ['of something else', '/bad.ckpt', /The checkpoint http:\S+bad\.ckpt was downloaded, but: .* the file/],
  ])('may not be a web address %s', async (_name, path, message) => {
    const before = temporaryFiles();
    await expect(goOnFrom(address + path)).rejects.toThrow(message);
    expect(temporaryFiles()).toEqual(before);
  });

  it('can be set in the Trainer for the runs that follow, and an argument takes its place', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const module = new TinyModule();
    const trainer = quietTrainer({ maxEpochs: 2, logger: false, enableCheckpointing: false });
    trainer.ckptPath = join(folder, 'hpc_ckpt_10.ckpt');
    await trainer.fit(module, tinyLoaders());
    expect([trainer.ckptPath, weightsOf(module)]).toEqual([join(folder, 'hpc_ckpt_10.ckpt'), expected]);
    await trainer.validate(module, {
      dataloaders: tinyLoaders().valDataloaders,
      ckptPath: join(folder, 'hpc_ckpt_9.ckpt'),
    });
    expect(warned.mock.calls.flat().join()).toContain('the latter is loaded');
    expect([trainer.ckptPath, trainer.ckptPathForRuns]).toEqual([join(folder, 'hpc_ckpt_9.ckpt'), undefined]);
    module.dispose();
  });
});

describe('weightsOnly', () => {
  it('refuses a file with an object of Python’s', async () => {
    const path = join(folder, 'objects.ckpt');
    const content = dict({
      epoch: op.int(0),
      global_step: op.int(0),
      loops: dict({}),
      state_dict: dict({ w: tensor({ key: 'w', numel: 1, shape: [1] }) }),
      hyper_parameters: dict({ net: Buffer.concat([op.global('my_project', 'Net'), tuple(), op.reduce]) }),
    });
    writeFileSync(path, torchZip(pickle(content), { w: { content: new Uint8Array(4) } }));
    const module = new TinyModule();
    const args = { dataloaders: tinyLoaders().valDataloaders, ckptPath: path };
    const validate = (weightsOnly: boolean) =>
      quietTrainer({ logger: false }).validate(module, { ...args, weightsOnly });
    await expect(validate(true)).rejects.toThrow('the Python class my_project.Net at `hyper_parameters.net`');
    await expect(validate(false)).rejects.toThrow('unexpected: w'); // read, and other weights than the module's
    module.dispose();
  });
});

describe('HttpCheckpointIO', () => {
  it.each([
    ['too large a file', { maxBytes: 1000 }, '/endless.ckpt', 'is larger than 1000 bytes'],
    ['a server that says nothing', { timeoutMs: 50 }, '/silent.ckpt', 'nothing came for 0.05 s'],
  ])('gives up on %s', async (_name, options, path, message) => {
    await expect(new HttpCheckpointIO(options).loadCheckpoint(address + path)).rejects.toThrow(message);
  });

  it('writes nothing', async () => {
    const io = new HttpCheckpointIO();
    await expect(io.removeCheckpoint(address)).rejects.toThrow('web addresses are for reading');
  });
});
