import { afterAll, describe, expect, it } from 'vitest';
import { MisconfigurationError } from '../errors/index.js';
import { UsageError, UserFileError } from './errors.js';
import { reportError } from './report.js';
import { temporaryProject } from './temporaryProject.js';

const project = temporaryProject({ 'lit.ts': 'line 1\n\tline 2\nline 3\nline 4\n' });
afterAll(() => project.remove());

const at = (line: number, column: number) => ({ file: project.path('lit.ts'), line, column });
const report = (error: unknown, options = {}) =>
  reportError(error, { from: project.folder, verbose: false, ...options });

function withStack(error: Error, ...frames: string[]): Error {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('reportError', () => {
  it('shows the innermost place of the user, the line, and the way there', async () => {
    const error = withStack(
      new TypeError('boom'),
      'node:fs:1:2',
      `Lit.deep (${project.path('lit.ts')}:2:5)`,
      `async Lit.trainingStep (${project.path('lit.ts')}:4:1)`,
      `run (${project.path('node_modules/x/index.js')}:9:9)`,
    );
    expect(await report(error)).toBe(
      [
        'TypeError: boom',
        '  at lit.ts:2:5',
        '',
        '  1 | line 1',
        '> 2 | \tline 2',
        '    | \t   ^',
        '  3 | line 3',
        '',
        '    at async Lit.trainingStep (lit.ts:4:1)',
      ].join('\n'),
    );
  });

  it('shows each problem of a file', async () => {
    const problems = [{ text: 'First.', location: at(3, 1), length: 4 }, { text: 'Second.' }];
    const error = new UserFileError({ code: 'does-not-compile', found: 'lit.ts does not compile.' }, problems);
    expect(await report(error)).toBe(
      [
        'Error: First.',
        '  at lit.ts:3:1',
        '',
        '  1 | line 1',
        '  2 | \tline 2',
        '> 3 | line 3',
        '    | ~~~~',
        '  4 | line 4',
        '',
        'Error: Second.',
      ].join('\n'),
    );
  });

  it.each([
    { error: new UsageError({ code: 'x', found: 'Wrong.', fix: 'Do this.' }), text: 'Error: Wrong. Do this.' },
    { error: withStack(new MisconfigurationError({ code: 'x', found: 'Wrong.' })), text: 'Error: Wrong.' },
    { error: withStack(new RangeError('far')), text: 'RangeError: far' },
    { error: 'only text', text: 'Error: only text' },
    { error: undefined, text: 'Error: undefined' },
  ])('says $text', async ({ error, text }) => {
    expect(await report(error)).toBe(text);
  });

  it('adds the whole stack, with causes, when asked', async () => {
    const cause = withStack(new Error('inner'), 'node:fs:1:2');
    const error = withStack(new Error('outer', { cause }), 'node:fs:3:4');
    expect(await report(error, { verbose: true })).toBe(
      'Error: outer\n\nError: outer\n    at node:fs:3:4\nCaused by: Error: inner\n    at node:fs:1:2',
    );
  });

  it('uses colours only when asked', async () => {
    expect(await report(new UsageError({ code: 'x', found: 'Wrong.' }), { colors: true })).toBe(
      '\u001b[1;31mError\u001b[0m: Wrong.',
    );
  });
});
