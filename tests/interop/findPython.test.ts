import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPython } from '../../scripts/ciTools/index.mjs';
import { pythonOrReason } from './python.js';

describe('finding a Python with the packages', () => {
  let empty: string;

  beforeEach(() => {
    empty = mkdtempSync(join(tmpdir(), 'no-tools-'));
    vi.stubEnv('LIGHTNING_CI_CACHE', empty);
    vi.stubEnv('LIGHTNING_PYTHON', '');
    vi.stubEnv('PATH', empty);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(empty, { recursive: true, force: true });
  });

  it('says what is missing and how to get it', () => {
    expect(findPython()).toEqual({
      found: false,
      reason: expect.stringMatching(/safetensors.*numpy.*PyYAML.*install\.mjs.*LIGHTNING_PYTHON/),
    });
  });

  it('takes LIGHTNING_PYTHON at its word', () => {
    vi.stubEnv('LIGHTNING_PYTHON', join(empty, 'gone'));
    expect(() => findPython()).toThrow(/LIGHTNING_PYTHON is .*gone/);
  });

  it('skips without one, and fails in CI', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.stubEnv('CI', '');
    expect(pythonOrReason()).toBeUndefined();
    expect(warn).toHaveBeenCalledOnce();
    vi.stubEnv('CI', 'true');
    expect(() => pythonOrReason()).toThrow('not found');
  });
});
