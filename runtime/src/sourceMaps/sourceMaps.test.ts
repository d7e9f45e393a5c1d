import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MisconfigurationError } from '../errors/index.js';
import { isRunEvent } from '../protocol/index.js';
import {
  codeFolder,
  codeFrame,
  errorLocation,
  functionLocation,
  isOwnFile,
  stackFrames,
  toErrorEvent,
  userLocation,
} from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'lightning-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILE = join(folder, 'a.ts');
const LONG_FILE = join(folder, 'long.js');
writeFileSync(FILE, 'one\n  two\n\tthree\nfour\nfive\n');
writeFileSync(LONG_FILE, `${'x'.repeat(1000)}Y${'z'.repeat(1000)}`);

const at = (line: number, column: number) => ({ file: FILE, line, column });

function withStack(stack: string, options?: ErrorOptions): Error {
  const error = new Error('boom', options);
  error.stack = stack;
  return error;
}

describe('stackFrames', () => {
  it.each([
    { line: `    at ${FILE}:1:2`, expected: [{ name: undefined, ...at(1, 2) }] },
    { line: `    at Lit.step (${FILE}:1:2)`, expected: [{ name: 'Lit.step', ...at(1, 2) }] },
    { line: `    at async Lit.step (file://${FILE}:1:2)`, expected: [{ name: 'async Lit.step', ...at(1, 2) }] },
    { line: `    at async file://${FILE}:1:2`, expected: [{ name: undefined, ...at(1, 2) }] },
    { line: `    at new Lit (${FILE}:1:2)`, expected: [{ name: 'new Lit', ...at(1, 2) }] },
    { line: `    at Object.x [as y] (${FILE}:1:2)`, expected: [{ name: 'Object.x [as y]', ...at(1, 2) }] },
    { line: '    at readFile (node:fs:1:2)', expected: [] },
    { line: '    at Array.map (<anonymous>)', expected: [] },
    { line: 'Error: at /not/a/frame.js:1:2', expected: [] },
  ])('reads "$line"', ({ line, expected }) => {
    expect(stackFrames(withStack(`Error: boom\n${line}`))).toEqual(expected);
  });

  it('finds nothing in what is no Error', () => {
    expect(stackFrames('text')).toEqual([]);
  });
});

describe('isOwnFile', () => {
  it.each([
    { file: join(codeFolder, 'trainer', 'trainer.ts'), expected: true },
    { file: join(codeFolder, '..', 'dist', 'chunks', 'chunk-1.js'), expected: true },
    { file: join(codeFolder, 'trainer', 'trainer.test.ts'), expected: false },
    { file: `${sep}project${sep}node_modules${sep}x${sep}index.js`, expected: true },
    { file: `${sep}project${sep}src${sep}lit.ts`, expected: false },
  ])('says $expected of $file', ({ file, expected }) => {
    expect(isOwnFile(file)).toBe(expected);
  });
});

describe('userLocation', () => {
  it('skips our frames, those of packages and of Node', () => {
    const frames = [
      'node:fs:1:1',
      join(codeFolder, 'x.ts:1:1'),
      join(folder, 'node_modules/x.js:1:1'),
      `${FILE}:2:3`,
      `${FILE}:4:1`,
    ];
    expect(userLocation(withStack(frames.map((frame) => `\n    at f (${frame})`).join('')))).toEqual(at(2, 3));
  });

  it('asks the cause when the error has no frame of theirs', () => {
    const cause = withStack(`\n    at ${FILE}:1:1`);
    expect(userLocation(withStack('', { cause }))).toEqual(at(1, 1));
  });

  it('ends in a circle of causes', () => {
    const error = withStack('');
    error.cause = error;
    expect(userLocation(error)).toBeUndefined();
  });
});

describe('functionLocation', () => {
  it.each([{ fn: Array.prototype.map }, { fn: (() => 1).bind(undefined) }])('knows no place of $fn', async ({ fn }) => {
    expect(await functionLocation(fn)).toBeUndefined();
  });
});

describe('errorLocation', () => {
  it('prefers the place that an error carries, then the function it blames, then its stack', async () => {
    const blame = () => 1;
    const blamed = new MisconfigurationError({ code: 'x', found: 'Wrong.', blame });
    blamed.stack = `\n    at ${FILE}:1:1`;
    expect(await errorLocation(Object.assign(withStack(''), { location: at(9, 9) }))).toEqual(at(9, 9));
    expect(await errorLocation(blamed)).toEqual(await functionLocation(blame));
    expect(
      await errorLocation(new MisconfigurationError({ code: 'x', found: 'Wrong.', blame: Math.max })),
    ).toMatchObject({
      file: expect.stringContaining('sourceMaps.test'),
    });
  });
});

describe('toErrorEvent', () => {
  it.each([
    {
      error: withStack(`\n    at ${FILE}:1:1`),
      expected: { name: 'Error', code: null, message: 'boom', location: at(1, 1) },
    },
    { error: Object.assign(withStack(''), { code: 'ENOENT' }), expected: { code: 'ENOENT', location: null } },
    {
      error: new MisconfigurationError({ code: 'loss', found: 'Wrong.' }),
      expected: { name: 'MisconfigurationError', code: 'loss' },
    },
    { error: 'text', expected: { name: 'Error', code: null, message: 'text', stack: null, location: null } },
  ])('tells $expected', async ({ error, expected }) => {
    const event = await toErrorEvent(error);
    expect(event).toMatchObject(expected);
    expect(isRunEvent(event)).toBe(true);
  });
});

describe('codeFrame', () => {
  it.each([
    { place: at(1, 1), options: {}, expected: ['> 1 | one', '    | ^', '  2 |   two'] },
    {
      place: at(3, 2),
      options: {},
      expected: ['  1 | one', '  2 |   two', '> 3 | \tthree', '    | \t^', '  4 | four'],
    },
    { place: at(2, 3), options: { before: 0, after: 0, length: 3 }, expected: ['> 2 |   two', '    |   ~~~'] },
    { place: at(2, 3), options: { before: 0, after: 0, length: 99 }, expected: ['> 2 |   two', '    |   ~~~'] },
    { place: at(99, 1), options: {}, expected: [''] },
    { place: { file: join(folder, 'none.ts'), line: 1, column: 1 }, options: {}, expected: [''] },
  ])('draws $expected', ({ place, options, expected }) => {
    expect(codeFrame(place, options)).toBe(expected.join('\n'));
  });

  it('cuts long lines around the place', () => {
    const [line, caret] = codeFrame({ file: LONG_FILE, line: 1, column: 1001 }).split('\n');
    expect(line?.length).toBeLessThan(160);
    expect(line?.[caret?.indexOf('^') ?? 0]).toBe('Y');
  });
});
