import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './options.js';

const VSIX = ['--vsix', import.meta.filename];

describe('the command line of the editor tests', () => {
  it('runs every lane unless told otherwise', () => {
    expect(readOptions(VSIX)).toEqual({ vsix: import.meta.filename, driver: undefined, lane: 'all', grep: undefined });
  });

  it('takes a driver, a lane and a pattern', () => {
    const options = readOptions([...VSIX, '--driver', 'electron', '--lane', 'suite', '--grep', 'fit']);
    expect(options).toMatchObject({ driver: 'electron', lane: 'suite', grep: 'fit' });
  });

  it.each([
    { args: [], says: '--vsix is missing' },
    { args: ['--vsix', 'no-such.vsix'], says: 'npm run package' },
    { args: [...VSIX, '--lane', 'both'], says: 'Allowed: suite, ui, all' },
    { args: [...VSIX, '--driver', 'firefox'], says: 'Allowed: code-server, electron' },
    { args: [...VSIX, '--lanes', 'ui'], says: '--lanes' },
  ])('refuses $args', ({ args, says }) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(says);
  });
});
