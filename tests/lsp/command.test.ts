import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { SERVER_BIN } from './builtServer.js';

const run = (...args: readonly string[]) => execFileSync(process.execPath, [SERVER_BIN, ...args], { encoding: 'utf8' });

it('tells its version', () => {
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('tells how it is used', () => {
  expect(run('--help')).toContain('lightning-language-server [--stdio');
});
