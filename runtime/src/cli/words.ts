import { parseArgs } from 'node:util';
import type { OptionRow } from '../trainer/optionTable.js';
import { CLI_OPTIONS, type CliOption } from './cliOptions.js';

type OptionTable = Readonly<Record<string, OptionRow>>;

/** A command line, taken apart and not yet judged. */
export interface Words {
  /** Options with their values, in order; undefined or true where there is none. */
  readonly given: readonly (readonly [name: string, value: string | boolean | undefined])[];
  /** What is neither option nor value: the command and FILE. */
  readonly words: readonly string[];
}

/** Takes a command line apart: `--a=b`, `--a b`, `-h`, `--`. */
export function readWords(argv: readonly string[], options: OptionTable): Words {
  // Node's own parser. To pair names and values it must know each option beforehand, and `--model.*` is known only once
  // the user's class is; so values are paired before it, and names judged after it.
  const { tokens } = parseArgs({
    args: pairValues(argv, options),
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
  });
  return {
    given: tokens.flatMap((token) => (token.kind === 'option' ? [[token.name, token.value] as const] : [])),
    words: tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : [])),
  };
}

/** Joins `--name value` to `--name=value`, so that a negative number is a value and a flag before FILE stays a flag. */
function pairValues(argv: readonly string[], options: OptionTable): string[] {
  const paired: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string; // index is below the length
    const next = argv[index + 1];
    if (word === '--') return [...paired, ...argv.slice(index)];
    const takesNext =
      word.startsWith('--') && !word.includes('=') && next !== undefined && takes(word.slice(2), next, options);
    paired.push(takesNext ? `${word}=${next}` : word);
    if (takesNext) index++;
  }
  return paired;
}

function takes(name: string, next: string, options: OptionTable): boolean {
  if (next.startsWith('-') && !/^-[\d.]/.test(next)) return false;
  const option = Object.hasOwn(CLI_OPTIONS, name)
    ? (CLI_OPTIONS as Readonly<Record<string, CliOption>>)[name]
    : undefined;
  if (option) return option.value !== undefined;
  const row = options[name.replace(/^trainer\./, '')];
  const mayStandAlone = name.startsWith('trainer.') && row && isFlag(row);
  return !mayStandAlone || /^(?:true|false|[-+]?[\d.]+)$/i.test(next);
}

/** True for an option that may stand without a value. */
export function isFlag(row: OptionRow): boolean {
  return row.kind === 'flag' || row.kind === 'flag-or-count';
}
