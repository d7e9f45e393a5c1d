import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOG_FILE, LogFile } from './logFile.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lightning-log-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const text = (name: string = LOG_FILE) => readFile(join(directory, name), 'utf8');

describe('LogFile', () => {
  it('keeps what came before its directory was known', async () => {
    const file = new LogFile(() => undefined);
    file.write('early\n');
    file.openIn(directory);
    file.write('late\n');
    await file.close();
    expect(await text()).toBe('early\nlate\n');
  });

  it('stays bounded however much is printed, keeps the newest, and says what it left out', async () => {
    const file = new LogFile(() => undefined);
    file.openIn(directory);
    const line = `${'x'.repeat(99)}\n`.repeat(1000);
    for (let i = 0; i < 150; i++) {
      file.write(line);
      if (i % 5 === 0) await file.close(); // the disk keeps up; elsewhere it does not
    }
    for (let i = 0; i < 50; i++) file.write(line);
    file.write('the end\n');
    await file.close();
    file.write('after it\n');
    await file.close();
    const sizes = await Promise.all(
      [LOG_FILE, 'output.1.log'].map(async (name) => (await stat(join(directory, name))).size),
    );
    for (const size of sizes) expect(size).toBeLessThan(7_000_000);
    expect(await text()).toMatch(/characters were left out/);
    expect(await text()).toContain('after it\n');
  });

  it('gives up with one warning when its directory is gone', async () => {
    const warnings: string[] = [];
    const file = new LogFile((warning) => warnings.push(warning));
    file.openIn(directory);
    await rm(directory, { recursive: true });
    for (let i = 0; i < 3; i++) {
      file.write('text\n');
      await file.close();
    }
    expect(warnings.length).toBe(1);
  });

  it.runIf(process.platform === 'linux')('gives up with one warning when the disk is full', async () => {
    const warnings: string[] = [];
    const file = new LogFile((warning) => warnings.push(warning));
    const { symlink } = await import('node:fs/promises');
    await symlink('/dev/full', join(directory, LOG_FILE));
    file.openIn(directory);
    file.write('text\n');
    await file.close();
    expect(warnings).toEqual([expect.stringContaining('ENOSPC')]);
  });
});
