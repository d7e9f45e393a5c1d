import { LightningError, nearest } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { OptionRow } from '../trainer/optionTable.js';
import { CLI_OPTIONS, type CliOptionName, COMMANDS } from './cliOptions.js';
import {
  type CliOptionValues,
  kindOf,
  misplaced,
  readCliOptions,
  valueMissing,
  valueOrFlag,
} from './cliOptionValues.js';
import { UsageError } from './errors.js';
import { type GivenValue, parseValue } from './values.js';
import { isFlag, readWords } from './words.js';

/** A run that was asked for. */
export interface RunRequest extends CliOptionValues {
  readonly kind: 'run';
  readonly command: RunKind;
  /** True for `lightning run`: a program is to drive it, over the channel or, without one given, Node's own. */
  readonly isDriven: boolean;
  /** As typed. */
  readonly file: string;
  /** Files with configuration; later ones win. */
  readonly configs: readonly string[];
  /** Checked, each by itself. */
  readonly trainer: Readonly<Record<string, unknown>>;
  /** Hyperparameters by dotted path; what they may be is known once the class is loaded. */
  readonly model: ReadonlyMap<string, GivenValue>;
  readonly data: ReadonlyMap<string, GivenValue>;
}

/** A file that is to be shown. */
export interface InspectRequest {
  readonly kind: 'inspect';
  /** As typed. */
  readonly file: string;
  /** Whether to read the tensors, too. */
  readonly stats: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Files whose old spellings are to be listed. */
export interface UpgradeRequest {
  readonly kind: 'upgrade';
  /** As typed; at least one. */
  readonly files: readonly string[];
  readonly json: boolean;
  /** Whether to change the files. */
  readonly write: boolean;
  readonly verbose: boolean;
}

/** What a command line asks for. */
export type Request =
  | RunRequest
  | InspectRequest
  | UpgradeRequest
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** What the command line must know of the Trainer. */
export interface TrainerSpec {
  readonly options: Readonly<Record<string, OptionRow>>;
  /** Throws a LightningError for an unknown option and for a value that is not allowed. */
  check(name: string, value: unknown): void;
}

/**
 * Reads a command line (without `node` and the script).
 * @throws UsageError naming the nearest right spelling
 */
export async function parseArgs(argv: readonly string[], trainer: TrainerSpec): Promise<Request> {
  const { given, words } = readWords(argv, trainer.options);
  if (given.some(([name]) => name === 'help')) return { kind: 'help' };
  if (given.some(([name]) => name === 'version')) return { kind: 'version' };
  const own: Partial<Record<CliOptionName, string | true>> = {};
  const configs: string[] = [];
  const groups = {
    trainer: new Map<string, GivenValue>(),
    model: new Map<string, GivenValue>(),
    data: new Map<string, GivenValue>(),
  };
  for (const [name, value] of given) {
    const [, group, path] = /^(trainer|model|data)\.(.+)$/.exec(name) ?? [];
    if (group && path) {
      groups[group as keyof typeof groups].set(
        path,
        await groupValue(name, value, group === 'trainer' ? trainer.options[path] : undefined),
      );
    } else if (Object.hasOwn(CLI_OPTIONS, name)) {
      const read = valueOrFlag(name as CliOptionName, value); // just looked up
      own[name as CliOptionName] = read;
      if (name === 'config') configs.push(String(read));
    } else {
      throw unknownOption(name, trainer);
    }
  }
  const [command, file, ...more] = commandAndFiles(words);
  const foreign = given.map(([name]) => name).find((name) => !belongsTo(name, command));
  if (foreign !== undefined) throw misplaced(foreign, command, placeOf(foreign));
  const { stats, json, write, verbose } = own;
  if (command === 'inspect')
    return { kind: 'inspect', file, stats: stats === true, json: json === true, verbose: verbose === true };
  if (command === 'upgrade') {
    const files = [file, ...more];
    return { kind: 'upgrade', files, json: json === true, write: write === true, verbose: verbose === true };
  }
  const kind = kindOf(own.kind === true ? undefined : own.kind, command);
  return {
    kind: 'run',
    command: kind,
    isDriven: command === 'run',
    file,
    configs,
    ...readCliOptions(own, kind),
    trainer: trainerOptions(groups.trainer, trainer),
    model: groups.model,
    data: groups.data,
  };
}

type Command = keyof typeof COMMANDS;

/** The options of the commands that run nothing. No other command takes those that are listed here. */
const OWN_OPTIONS: Partial<Readonly<Record<Command, readonly string[]>>> = {
  inspect: ['stats', 'json'],
  upgrade: ['json', 'write'],
};

function belongsTo(name: string, command: Command): boolean {
  const own = OWN_OPTIONS[command];
  if (own) return own.includes(name) || name === 'verbose';
  return !Object.values(OWN_OPTIONS).flat().includes(name);
}

function placeOf(name: string): string {
  const owner = Object.entries(OWN_OPTIONS).find(([, options]) => options.includes(name))?.[0];
  return owner === undefined
    ? 'It belongs to a run: lightning fit FILE.'
    : `It belongs to ${owner}: lightning ${owner} FILE --${name}.`;
}

async function groupValue(
  name: string,
  raw: string | boolean | undefined,
  row: OptionRow | undefined,
): Promise<GivenValue> {
  if (typeof raw === 'string') {
    const isText = row?.kind === 'text' || row?.kind === 'choice';
    return isText ? { raw, value: raw } : parseValue(name, raw);
  }
  if (row && !isFlag(row)) throw valueMissing(name, 'VALUE');
  return { raw: 'true', value: true };
}

function unknownOption(name: string, trainer: TrainerSpec): UsageError {
  const trainerNames = Object.keys(trainer.options);
  const shortened = Object.keys(CLI_OPTIONS).find((option) => name.toLowerCase().startsWith(option)); // `--ckptPath`
  // People leave the group out: `--maxEpochs` means the Trainer's.
  const near = nearest(name, [...Object.keys(CLI_OPTIONS), ...trainerNames.map((option) => `trainer.${option}`)]);
  const inTrainer = nearest(name, trainerNames);
  const meant = inTrainer && !Object.hasOwn(CLI_OPTIONS, near ?? '') ? `trainer.${inTrainer}` : (near ?? shortened);
  return new UsageError({
    code: 'unknown-option',
    found: `There is no option \`--${name}\`.`,
    fix: meant
      ? `Did you mean \`--${meant}\`?`
      : 'Options of the Trainer, the model and the data begin with --trainer., --model. and --data.; see --help.',
  });
}

function commandAndFiles([command, file, ...more]: readonly string[]): [Command, string, ...string[]] {
  const names = Object.keys(COMMANDS);
  if (command === undefined) {
    throw new UsageError({
      code: 'command-missing',
      found: 'No command was given.',
      allowed: names.join(', '),
      fix: 'Write lightning fit FILE.',
    });
  }
  if (!Object.hasOwn(COMMANDS, command)) {
    const near = nearest(command, names);
    const looksLikeFile = /\.[cm]?[jt]sx?$/.test(command);
    throw new UsageError({
      code: 'unknown-command',
      found: `\`${command}\` is not a command.`,
      allowed: names.join(', '),
      fix: looksLikeFile
        ? `Write lightning fit ${command}.`
        : near
          ? `Did you mean \`${near}\`?`
          : 'See lightning --help.',
    });
  }
  if (file === undefined) {
    throw new UsageError({
      code: 'file-missing',
      found: `\`${command}\` was given no FILE.`,
      fix:
        command === 'inspect'
          ? 'Write lightning inspect FILE, a .ckpt, .safetensors or .pt file.'
          : command === 'upgrade'
            ? 'Write lightning upgrade FILE, or several TypeScript or JavaScript files.'
            : `Write lightning ${command} FILE, a TypeScript or JavaScript file that exports a LightningModule.`,
    });
  }
  if (more.length > 0 && command !== 'upgrade') {
    throw new UsageError({
      code: 'extra-argument',
      found: `\`${more.join(' ')}\` is one argument too many.`,
      fix: `Write lightning ${command} ${file}, and values of options behind their option.`,
    });
  }
  return [command as Command, file, ...more]; // just looked up
}

function trainerOptions(given: ReadonlyMap<string, GivenValue>, trainer: TrainerSpec): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, { value }] of given) {
    try {
      trainer.check(name, value);
    } catch (error) {
      if (!(error instanceof LightningError)) throw error;
      throw new UsageError({ code: error.code, found: error.message, cause: error });
    }
    options[name] = value;
  }
  return options;
}
