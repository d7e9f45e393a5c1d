import type { RunKind } from '../protocol/index.js';
import { CLI_OPTIONS, type CliOption, type CliOptionName } from './cliOptions.js';
import { UsageError } from './errors.js';

/** What the command line's own options say. */
export interface CliOptionValues {
  readonly className?: string;
  readonly dataName?: string;
  readonly ckptPath?: string;
  readonly seed?: number;
  readonly quickstart: boolean;
  readonly channel?: 'ipc';
  readonly verbose: boolean;
}

/**
 * Checks the command line's own options.
 * @throws UsageError for a value that is not allowed
 */
export function readCliOptions(own: Partial<Record<CliOptionName, string | true>>, command: RunKind): CliOptionValues {
  return {
    className: textOf(own.class),
    dataName: textOf(own.data),
    ckptPath: textOf(own.ckpt),
    seed: seedOf(textOf(own.seedEverything)),
    quickstart: quickstartOf(own.quickstart === true, command),
    channel: channelOf(textOf(own.channel)),
    verbose: own.verbose === true,
  };
}

/**
 * The value of an option, or true for a flag.
 * @throws UsageError when there is no value where one is needed, or one where none is
 */
export function valueOrFlag(name: CliOptionName, value: string | boolean | undefined): string | true {
  const option: CliOption = CLI_OPTIONS[name];
  if (option.value === undefined) {
    if (typeof value !== 'string') return true;
    throw new UsageError({
      code: 'flag-value',
      found: `\`--${name}\` takes no value, and was given ${value}.`,
      fix: `Write --${name}.`,
    });
  }
  if (typeof value !== 'string' || value === '') throw valueMissing(name, option.value);
  return value;
}

/** An option that means nothing for a command. */
export function misplaced(name: string, command: string, fix: string): UsageError {
  return new UsageError({ code: 'option-place', found: `\`--${name}\` does not go with \`${command}\`.`, fix });
}

/** An option without the value that it needs. */
export function valueMissing(name: string, value: string): UsageError {
  return new UsageError({
    code: 'value-missing',
    found: `\`--${name}\` has no value.`,
    fix: `Write --${name} ${value}.`,
  });
}

function textOf(value: string | true | undefined): string | undefined {
  return value === true ? undefined : value;
}

function seedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 32) return seed;
  throw new UsageError({
    code: 'seed',
    found: `\`--seedEverything\` is ${text}.`,
    allowed: 'an integer from 0 to 4294967295',
    fix: 'Write --seedEverything 42.',
  });
}

function quickstartOf(wanted: boolean, command: RunKind): boolean {
  if (!wanted || command === 'fit') return wanted;
  throw misplaced('quickstart', command, 'It belongs to fit: lightning fit FILE --quickstart.');
}

function channelOf(text: string | undefined): 'ipc' | undefined {
  if (text === undefined || text === 'ipc') return text;
  throw new UsageError({
    code: 'channel',
    found: `\`--channel\` is ${text}.`,
    allowed: 'ipc',
    fix: 'Leave it out in a terminal.',
  });
}
