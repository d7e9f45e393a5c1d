import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROTOCOL_VERSION } from 'lightning-tfjs/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateRuntime } from './runtimeLocator.js';

let directory = '';
let bundled = '';
const file = () => join(directory, 'project', 'src', 'model.ts');

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'lightning-runtime-')));
  bundled = join(directory, 'extension', 'runtime');
  await writeRuntime(bundled, { version: '1.0.0' });
  await mkdir(join(directory, 'project', 'src'), { recursive: true });
});
afterEach(() => rm(directory, { recursive: true }));

async function writeRuntime(path: string, manifest: object): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(
    join(path, 'package.json'),
    JSON.stringify({ bin: { lightning: './bin/lightning.js' }, ...manifest }),
  );
}

const own = () => join(directory, 'project', 'node_modules', 'lightning-tfjs');

describe('locateRuntime', () => {
  it('takes the bundled one when the project has none', async () => {
    expect(await locateRuntime(file(), bundled)).toEqual({
      cli: join(bundled, 'bin', 'lightning.js'),
      source: 'bundled',
      version: '1.0.0',
    });
  });

  it("takes the project's own when it speaks our protocol", async () => {
    await writeRuntime(own(), { version: '1.2.3', lightning: { protocol: PROTOCOL_VERSION } });
    expect(await locateRuntime(file(), bundled)).toEqual({
      cli: join(own(), 'bin', 'lightning.js'),
      source: 'workspace',
      version: '1.2.3',
    });
  });

  it.each([
    ['speaks another protocol', { version: '9.0.0', lightning: { protocol: 9 } }, /version 9 of the run protocol/],
    ['does not say which', { version: '0.0.1' }, /version unknown/],
    ['is not one', { version: '1.0.0', bin: undefined }, /not the manifest/],
  ])("takes the bundled one when the project's own %s, and says why", async (_name, manifest, note) => {
    await writeRuntime(own(), manifest);
    const choice = await locateRuntime(file(), bundled);
    expect(choice.source).toBe('bundled');
    expect(choice.note).toMatch(note);
  });
});
