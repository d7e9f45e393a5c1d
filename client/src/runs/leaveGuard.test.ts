import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { leaveGuard } from './leaveGuard.js';

const PROGRAM = fileURLToPath(new URL('testing/runFile.mjs', import.meta.url));

it.skipIf(process.platform === 'win32')('ends a run that hangs after its window is gone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lightning-guard-'));
  const child = fork(PROGRAM, ['hangs', directory], { detached: true, stdio: 'ignore' });
  const exit = once(child, 'exit');
  try {
    await once(child, 'message');
    leaveGuard([child.pid as number], 100);
    expect((await exit)[1]).toBe('SIGKILL');
  } finally {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true });
  }
});
