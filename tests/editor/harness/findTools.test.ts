import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { codeServerFolder, nodeFolder } from '../../../scripts/ciTools/cache.mjs';
import { findChromium, findEditorTools } from '../../../scripts/ciTools/find.mjs';

describe('tool finding', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tools-'));
    vi.stubEnv('LIGHTNING_CI_CACHE', folder);
    vi.stubEnv('CHROMIUM_PATH', '');
    vi.stubEnv('PATH', folder);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  const place = (path: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    return path;
  };

  it('names every missing tool and how to get it', () => {
    const tools = findEditorTools();
    expect(tools.found).toBe(false);
    expect(tools).toHaveProperty(
      'reason',
      expect.stringMatching(/Chromium.*CHROMIUM_PATH.*Node 24.*code-server.*install/),
    );
  });

  it('finds the tools of the cache, and Chromium in PATH', () => {
    const chromium = place(join(folder, 'chromium'));
    const node = place(join(nodeFolder(), 'bin', 'node'));
    const codeServer = place(join(codeServerFolder(), 'lib', 'vscode', 'out', 'server-main.js'));
    expect(findEditorTools()).toEqual({ found: true, chromium, node, codeServer });
  });

  it('takes CHROMIUM_PATH at its word', () => {
    vi.stubEnv('CHROMIUM_PATH', place(join(folder, 'my-browser')));
    expect(findChromium()).toBe(join(folder, 'my-browser'));
    vi.stubEnv('CHROMIUM_PATH', join(folder, 'gone'));
    expect(() => findChromium()).toThrow('no such file');
  });
});
