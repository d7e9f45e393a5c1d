import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateNode, nodeOnPath, versionOf } from './nodeLocator.js';

const versions: Record<string, string> = { '/new/node': '22.1.0', '/old/node': '18.20.1' };
const asked = async (path: string) => {
  const version = versions[path];
  if (version === undefined) throw new Error('ENOENT');
  return version;
};
const editor = { path: '/editor', version: '20.9.0' };
const places = { setting: '', onPath: undefined, editor, versionOf: asked };

describe('locateNode', () => {
  it.each([
    ['the setting', { ...places, setting: '/new/node', onPath: '/old/node' }, 'setting', '/new/node'],
    ["the user's own", { ...places, onPath: '/new/node' }, 'path', '/new/node'],
    ["the editor's when there is none", places, 'editor', '/editor'],
    ["the editor's when the user's is too old", { ...places, onPath: '/old/node' }, 'editor', '/editor'],
    ["the editor's when the user's does not start", { ...places, onPath: '/broken/node' }, 'editor', '/editor'],
  ])('takes %s', async (_name, given, source, path) => {
    expect(await locateNode(given)).toMatchObject({ source, path });
  });

  it("tells the editor's executable to be a Node.js", async () => {
    expect((await locateNode(places)).env).toEqual({ ELECTRON_RUN_AS_NODE: '1' });
  });

  it.each([
    [
      'a setting that is too old',
      { ...places, setting: '/old/node' },
      /lightning\.nodePath names Node\.js 18\.20\.1\. .* 20 or newer/,
    ],
    ['a setting that does not start', { ...places, setting: '/broken/node' }, /no Node\.js that starts: ENOENT/],
    ['a setting that is relative', { ...places, setting: 'node' }, /absolute path/],
    [
      'only old ones',
      { ...places, onPath: '/old/node', editor: { path: '/e', version: '16.0.0' } },
      /on the PATH is 18\.20\.1/,
    ],
    ['none but an old editor', { ...places, editor: { path: '/e', version: '16.0.0' } }, /No Node\.js was found/],
  ])('refuses %s, in one clear message', async (_name, given, message) => {
    await expect(locateNode(given)).rejects.toThrow(message);
  });
});

describe.skipIf(process.platform === 'win32')('nodeOnPath', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lightning-node-'));
    await writeFile(join(directory, 'node'), '#!/bin/sh\necho not node\n');
    await chmod(join(directory, 'node'), 0o755);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('finds the first one', async () => {
    expect(await nodeOnPath(['/nowhere', directory, '/usr/bin'].join(delimiter))).toBe(join(directory, 'node'));
  });

  it('never looks in the folder that is open', async () => {
    expect(await nodeOnPath(['.', '', 'bin'].join(delimiter))).toBeUndefined();
    expect(await nodeOnPath(undefined)).toBeUndefined();
  });

  it('does not take a program for Node.js that only has its name', async () => {
    await expect(versionOf(join(directory, 'node'))).rejects.toThrow(/answered 'not node'/);
    expect(await versionOf(process.execPath)).toBe(process.versions.node);
  });
});
