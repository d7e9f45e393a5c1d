import { describe, expect, it } from 'vitest';
import { isRunnable, runArguments } from './runnable.js';

const runnable = {
  file: '/project/model.ts',
  uri: 'file:///project/model.ts',
  className: 'Lit',
  kind: 'fit',
  options: { fastDevRun: true },
};

describe('isRunnable', () => {
  it('accepts what the language server sends', () => {
    expect(isRunnable(runnable)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['a document address, as menus give', { path: '/project/model.ts', scheme: 'file' }],
    ['a relative file', { ...runnable, file: 'model.ts' }],
    ['an unknown kind', { ...runnable, kind: 'destroy' }],
    ['no class', { ...runnable, className: '' }],
    ['an option that is another flag', { ...runnable, options: { 'x --ckpt': '/etc/passwd' } }],
    ['an option with a dotted name', { ...runnable, options: { 'a.b': 1 } }],
    ['an option that is no plain value', { ...runnable, options: { a: {} } }],
  ])('refuses %s', (_name, value) => {
    expect(isRunnable(value)).toBe(false);
  });
});

describe('runArguments', () => {
  it('is one argument an entry, whatever the file is called', () => {
    const file = '/pro ject/$(rm -rf ~); model.ts';
    const request = { kind: 'fit', file, className: 'Lit', cwd: '/', options: { fastDevRun: true } } as const;
    expect(runArguments(request)).toEqual([
      'fit',
      file,
      '--class',
      'Lit',
      '--trainer.fastDevRun',
      'true',
      '--channel',
      'ipc',
    ]);
  });

  it('names the checkpoint to go on from, and no class when none is known', () => {
    const request = {
      kind: 'fit',
      file: '/a.ts',
      className: undefined,
      cwd: '/',
      options: {},
      checkpoint: '/c.ckpt',
    } as const;
    expect(runArguments(request)).toEqual(['fit', '/a.ts', '--ckpt', '/c.ckpt', '--channel', 'ipc']);
  });
});
