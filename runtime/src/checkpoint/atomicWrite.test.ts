import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atomicWrite } from './atomicWrite.js';
import { CheckpointError } from './checkpointError.js';

let root: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'atomic-'));
});
beforeEach(async () => {
  count += 1;
  folder = join(root, String(count));
  await mkdir(folder);
});
afterAll(() => rm(root, { recursive: true }));

const text = (content: string) => async (handle: { writeFile(data: string): Promise<void> }) =>
  handle.writeFile(content);

describe('atomicWrite', () => {
  it('makes folders, and leaves nothing but the file', async () => {
    const path = join(folder, 'a', 'b', 'epoch=0-step=4.ckpt');
    await atomicWrite(path, text('one'));
    await atomicWrite(path, text('two'));
    expect([await readFile(path, 'utf8'), await readdir(join(folder, 'a', 'b'))]).toEqual([
      'two',
      ['epoch=0-step=4.ckpt'],
    ]);
  });

  it('shows the old file until the new one is complete, and hides the new one from *.ckpt', async () => {
    const path = join(folder, 'x.ckpt');
    await atomicWrite(path, text('old'));
    await atomicWrite(path, async (handle) => {
      await handle.writeFile('new');
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(folder)).toEqual([
        expect.stringMatching(new RegExp(`^\\.x\\.ckpt\\.${process.pid}-[0-9a-f]{8}\\.[0-9a-f]{8}\\.tmp$`)),
        'x.ckpt',
      ]);
    });
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('keeps the old file and leaves nothing behind when writing fails', async () => {
    const path = join(folder, 'x.ckpt');
    await atomicWrite(path, text('old'));
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const failing = atomicWrite(path, async (handle) => {
      await handle.writeFile('half');
      throw full;
    });
    await expect(failing).rejects.toThrow(
      `The checkpoint ${path} could not be written: the disk is full (ENOSPC). A checkpoint that was there before is untouched.`,
    );
    await expect(failing).rejects.toMatchObject({ code: 'checkpoint-write', path, cause: full });
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['old', ['x.ckpt']]);
  });

  it('passes a CheckpointError on as it is', async () => {
    const fault = new CheckpointError('x', { code: 'checkpoint-value', found: 'is odd.' });
    await expect(atomicWrite(join(folder, 'x.ckpt'), () => Promise.reject(fault))).rejects.toBe(fault);
  });

  it('says that a folder is in the way, or a file where a folder should be', async () => {
    await mkdir(join(folder, 'dir.ckpt', 'inner'), { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await expect(atomicWrite(join(folder, 'dir.ckpt'), text('x'))).rejects.toThrow('there is a folder of that name');
    await expect(atomicWrite(join(folder, 'file', 'x.ckpt'), text('x'))).rejects.toThrow(
      'a part of the path is a file, not a folder',
    );
    expect(await readdir(folder)).toEqual(['dir.ckpt', 'file']);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'says that a folder is not writable',
    async () => {
      await chmod(folder, 0o500);
      await expect(atomicWrite(join(folder, 'x.ckpt'), text('x'))).rejects.toThrow('permission was denied (EACCES)');
    },
  );

  it('takes names as long as the file system does', async () => {
    const name = `${'é'.repeat(120)}.ckpt`;
    await atomicWrite(join(folder, name), text('x'));
    expect(await readdir(folder)).toEqual([name]);
    await expect(atomicWrite(join(folder, `${'x'.repeat(300)}.ckpt`), text('x'))).rejects.toThrow(
      'the name is too long for the file system (ENAMETOOLONG)',
    );
    expect(await readdir(folder)).toEqual([name]);
  });

  it('lets two writers of one file finish, whichever is last', async () => {
    const path = join(folder, 'x.ckpt');
    await Promise.all(['one', 'two', 'three'].map((content) => atomicWrite(path, text(content))));
    expect(['one', 'two', 'three']).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['x.ckpt']);
  });

  it('removes temporary files of dead processes and earlier programs, and no others', async () => {
    const path = join(folder, 'x.ckpt');
    let host = '';
    await atomicWrite(path, async () => {
      host = /-([0-9a-f]{8})\./.exec((await readdir(folder))[0] ?? '')?.[1] ?? '';
    });
    const dead = 2 ** 22 + 1; // above the largest process id of Linux, macOS and in practice Windows
    const kept = [
      `.x.ckpt.${process.pid}-${host}.0000000a.tmp`,
      `.x.ckpt.${dead}-00000000.0000000a.tmp`,
      `.x.ckpt.${process.ppid}-${host}.0000000a.tmp`,
      '.x.tmp',
      `y.ckpt.${dead}-${host}.0000000a.tmp`,
    ];
    const stale = [
      `.x.ckpt.${dead}-${host}.0000000a.tmp`,
      `.other.${dead}-${host}.0000000b.tmp`,
      `.x.ckpt.${process.pid}-${host}.0000000b.tmp`,
    ];
    for (const name of [...kept, ...stale]) await writeFile(join(folder, name), '');
    await utimes(join(folder, stale[2]!), 0, 0); // of a program that had our process id before us
    await atomicWrite(path, text('x'));
    expect((await readdir(folder)).sort()).toEqual([...kept, 'x.ckpt'].sort());
  });
});
