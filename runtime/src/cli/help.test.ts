import { describe, expect, it } from 'vitest';
import { TRAINER_OPTIONS } from '../trainer/optionTable.js';
import { CLI_OPTIONS, COMMANDS } from './cliOptions.js';
import { helpText } from './help.js';

const TEXT = helpText(TRAINER_OPTIONS);

describe('helpText', () => {
  it('is at most 100 columns wide', () => {
    expect(TEXT.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('names every command and option', () => {
    const names = [
      ...Object.keys(COMMANDS),
      ...Object.keys(CLI_OPTIONS).map((name) => `--${name}`),
      ...Object.keys(TRAINER_OPTIONS).map((name) => `--trainer.${name}`),
    ];
    expect(names.filter((name) => !new RegExp(`^ +${name}\\b`, 'm').test(TEXT))).toEqual([]);
  });

  it('wraps an option under its text', () => {
    const row = {
      kind: 'choice',
      choices: ['a', 'b'],
      default: 'a',
      group: 'engine',
      doc: 'word '.repeat(20).trim(),
    } as const;
    expect(helpText({ one: row }).split('\n').slice(-5, -1)).toEqual([
      'Trainer: engine:',
      `  --trainer.one  ${'word '.repeat(15)}word`,
      `                 ${'word '.repeat(4)}One of: a, b. Default: a.`,
      '',
    ]);
  });
});
