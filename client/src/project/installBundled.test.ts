import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installBundled } from './installBundled.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lightning-install-'));
  for (const [path, text] of Object.entries({
    'bundled/package.json': '{"name":"lightning-tfjs"}',
    'bundled/bin/lightning.js': '#!/usr/bin/env node',
    'bundled/dist/index.js': 'export {};',
    'bundled/dist/types/index.d.ts': 'export {};',
    'bundled/dist/vendor/types/@tensorflow/tfjs-core/package.json': '{}',
    'bundled/src/secret.ts': '',
  })) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('installing the bundled package', () => {
  it('gives a project the package, its types and its program', async () => {
    expect(await installBundled(join(root, 'bundled'), join(root, 'project'))).toBe(true);
    const installed = join(root, 'project/node_modules/lightning-tfjs');
    expect((await readdir(installed)).sort()).toEqual(['bin', 'dist', 'node_modules', 'package.json']);
    expect(await readdir(join(installed, 'node_modules/@tensorflow'))).toEqual(['tfjs-core']);
    if (process.platform !== 'win32') {
      const program = await readFile(join(root, 'project/node_modules/.bin/lightning'), 'utf8');
      expect(program).toBe('#!/usr/bin/env node');
    }
  });

  it('leaves a package alone that is there', async () => {
    const own = join(root, 'project/node_modules/lightning-tfjs');
    await mkdir(own, { recursive: true });
    expect(await installBundled(join(root, 'bundled'), join(root, 'project'))).toBe(false);
    expect(await readdir(own)).toEqual([]);
  });
});
