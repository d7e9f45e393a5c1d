import { basename, isAbsolute } from 'node:path';
import { RUN_KINDS, type RunKind } from 'lightning-tfjs/protocol';

/** Something that can be run, as the language server names it in its CodeLens. */
export interface Runnable {
  /** Absolute path of the module's file. */
  readonly file: string;
  readonly uri: string;
  /** The name under which the file exports the class; `default` for a default export. */
  readonly className: string;
  readonly kind: RunKind;
  /** Options of the Trainer: `{ fastDevRun: true }`. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** What an option of the Trainer may be, on the command line. */
export type OptionValue = string | number | boolean;

/** All that must be known to start a run. */
export interface RunRequest {
  readonly kind: RunKind;
  /** Absolute path of the module's file. */
  readonly file: string;
  /** Undefined: the file's only module. */
  readonly className: string | undefined;
  /** Where the run's directory is made: the workspace folder of the file. */
  readonly cwd: string;
  /** Options of the Trainer. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Checkpoint to start from. */
  readonly checkpoint?: string;
}

// Only a name: nothing that a caller adds can become another flag.
const OPTION_NAME = /^[A-Za-z]\w*$/;

/** True for a well-formed runnable. Commands can be called by anyone, so their arguments are checked. */
export function isRunnable(value: unknown): value is Runnable {
  if (typeof value !== 'object' || value === null) return false;
  const { file, uri, className, kind, options } = value as Record<keyof Runnable, unknown>;
  return (
    typeof file === 'string' &&
    isAbsolute(file) &&
    typeof uri === 'string' &&
    typeof className === 'string' &&
    className !== '' &&
    RUN_KINDS.some((known) => known === kind) &&
    areOptions(options)
  );
}

/** The command line of a run, after the path of the command line program itself; one argument an entry, never a shell string. */
export function runArguments({ kind, file, className, options, checkpoint }: RunRequest): string[] {
  const flags = Object.entries(options).flatMap(([name, value]) => [`--trainer.${name}`, String(value)]);
  return [
    kind,
    file,
    ...(className === undefined ? [] : ['--class', className]),
    ...flags,
    ...(checkpoint === undefined ? [] : ['--ckpt', checkpoint]),
    '--channel',
    'ipc',
  ];
}

/** The module's name for people. */
export function requestTitle({ className, file }: RunRequest): string {
  return className === undefined || className === 'default' ? basename(file) : className;
}

/** True for options of the Trainer that a command line can hold. */
export function areOptions(value: unknown): value is Readonly<Record<string, OptionValue>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, option]) => OPTION_NAME.test(name) && ['string', 'number', 'boolean'].includes(typeof option),
    )
  );
}
