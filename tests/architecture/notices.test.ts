import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

describe('THIRD_PARTY_NOTICES.md', () => {
  it('names every package whose code is in our bundles', () => {
    expect(() =>
      execFileSync(process.execPath, [join(root, 'scripts/notices.mjs'), '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });
});
