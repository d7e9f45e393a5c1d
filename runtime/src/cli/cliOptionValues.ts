import { RUN_KINDS, type RunKind } from '../protocol/index.js';
import { CLI_OPTIONS, type CliOption, type CliOptionName } from './cliOptions.js';
import type { Descriptors } from './descriptorWire.js';
import { UsageError } from './errors.js';

/** What the command line's own options say. */
export interface CliOptionValues {
  readonly className?: string;
  readonly dataName?: string;
  readonly ckptPath?: string;
  readonly seed?: number;
  readonly quickstart: boolean;
  /** Folder for what searches found that are done in place of training. */
  readonly tuneFolder?: string;
  /** How to talk to the program that started this one. */
  readonly channel?: 'ipc' | Descriptors;
  /** Whether to show the configuration in place of running. */
  readonly printsConfig: boolean;
  readonly verbose: boolean;
}

/**
 * Checks the command line's own options.
 * @throws UsageError for a value that is not allowed
 */
export function readCliOptions(own: Partial<Record<CliOptionName, string | true>>, command: RunKind): CliOptionValues {
  if (own.channel !== undefined && own['channel-fd'] !== undefined)
    throw misplaced('channel-fd', '--channel', 'Give one of them.');
  return {
    className: textOf(own.class),
    dataName: textOf(own.data),
    ckptPath: textOf(own.ckpt),
    seed: seedOf(textOf(own.seedEverything)),
    quickstart: quickstartOf(own.quickstart === true, command),
    tuneFolder: tuneFolderOf(textOf(own.tune), command),
    channel: channelOf(textOf(own.channel)) ?? descriptorsOf(textOf(own['channel-fd'])),
    printsConfig: own['print-config'] === true,
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

function tuneFolderOf(folder: string | undefined, command: RunKind): string | undefined {
  if (folder === undefined || command === 'fit') return folder;
  throw misplaced('tune', command, 'It belongs to fit: lightning fit FILE --tune FOLDER.');
}

/**
 * What `lightning run` is to do.
 * @throws UsageError for a kind that does not exist, or for another command
 */
export function kindOf(text: string | undefined, command: RunKind | 'run'): RunKind {
  if (command !== 'run') {
    if (text === undefined) return command;
    throw misplaced('kind', command, 'It belongs to run: lightning run FILE --kind test.');
  }
  const kind = RUN_KINDS.find((known) => known === (text ?? 'fit'));
  if (kind) return kind;
  throw new UsageError({ code: 'kind', found: `\`--kind\` is ${text}.`, allowed: RUN_KINDS.join(', ') });
}

function descriptorsOf(text: string | undefined): Descriptors | undefined {
  if (text === undefined) return undefined;
  const [read = Number.NaN, write = read, ...more] = text
    .split(',')
    .map((part) => (/^\d{1,4}$/.test(part) ? Number(part) : Number.NaN));
  // Standard output and error carry what the user's code prints; standard input may carry commands.
  const isAllowed = more.length === 0 && write > 2 && (read > 2 || (read === 0 && write !== 0));
  if (isAllowed) return { read, write };
  throw new UsageError({
    code: 'channel-fd',
    found: `\`--channel-fd\` is ${text}.`,
    allowed:
      'the number of a socket from 3 on, or two pipes: one to read commands from, 0 or from 3 on, and one to write events to',
    fix: 'Write --channel-fd 3, or --channel-fd 3,4.',
  });
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
