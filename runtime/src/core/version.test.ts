import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../protocol/index.js';
import { VERSION } from './version.js';

const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('package.json', () => {
  it('tells the version and the protocol that the code has', () => {
    // The editor reads both before it starts a workspace's own runtime.
    expect(manifest).toMatchObject({ version: VERSION, lightning: { protocol: PROTOCOL_VERSION } });
  });
});
