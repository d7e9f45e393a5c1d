import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const DRIVERS = ['code-server', 'electron'] as const;
const LANES = ['suite', 'ui', 'all'] as const;

/** Which VS Code runs the tests: its server in a browser, or the desktop program. */
export type DriverName = (typeof DRIVERS)[number];
/** `suite` is Mocha inside the extension host, `ui` drives the window with mouse and keyboard. */
export type Lane = (typeof LANES)[number];

/** What a run was asked to do. */
export interface Options {
  /** The packaged extension, absolute. */
  readonly vsix: string;
  /** Undefined: whichever is there, the code-server one first. */
  readonly driver: DriverName | undefined;
  readonly lane: Lane;
  /** Only tests whose full title matches this pattern, as Mocha's `--grep`. */
  readonly grep: string | undefined;
}

/** A wrong command line; the message says what is allowed. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 * @throws {UsageError} for an unknown option or value, and when the package is not there
 */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  if (!values.vsix) throw new UsageError('--vsix is missing. Give the packaged extension: --vsix FILE');
  const vsix = resolve(values.vsix);
  if (!existsSync(vsix)) throw new UsageError(`--vsix is ${vsix}, and there is no such file. Run: npm run package`);
  return {
    vsix,
    driver: values.driver === undefined ? undefined : oneOf('--driver', DRIVERS, values.driver),
    lane: oneOf('--lane', LANES, values.lane ?? 'all'),
    grep: values.grep,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { vsix: text, driver: text, lane: text, grep: text } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(option: string, allowed: readonly T[], value: string): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new UsageError(`${option} is ${value}. Allowed: ${allowed.join(', ')}.`);
  return found;
}
