import { relative, sep } from 'node:path';
import { LightningError } from '../errors/index.js';
import type { SourceLocation } from '../protocol/index.js';
import { codeFrame, errorLocation, type StackFrame, userFrames } from '../sourceMaps/index.js';
import { type Problem, UsageError, UserFileError } from './errors.js';

/** How an error is shown. */
export interface ReportOptions {
  /** Default: false. */
  readonly colors?: boolean;
  /** Whole stacks. Default: when `LIGHTNING_DEBUG` is set. */
  readonly verbose?: boolean;
  /** File names are shown from here; default: the working directory. */
  readonly from?: string;
}

/**
 * An error as a person reads it in a terminal: what is wrong, where in their source, the line itself, and the way there through
 * their own code. Ends without a line break.
 */
export async function reportError(error: unknown, options: ReportOptions = {}): Promise<string> {
  const style = new Style(options);
  const verbose = options.verbose ?? (process.env.LIGHTNING_DEBUG ?? '') !== '';
  const parts = error instanceof UserFileError ? problems(error, style) : await thrown(error, style);
  if (verbose && error instanceof Error) parts.push(style.dim(wholeStack(error)));
  return parts.filter((part) => part !== '').join('\n\n');
}

function problems(error: UserFileError, style: Style): string[] {
  if (error.problems.length === 0) return [`${style.red('Error')}: ${error.message}`];
  // A finding that is alone is told by the error itself, which knows the fix too.
  const isAlone = error.problems.length === 1;
  return error.problems.map((problem) => place(isAlone ? error.message : problem.text, problem, style));
}

function place(text: string, { location, length }: Problem, style: Style): string {
  const head = `${style.red('Error')}: ${text}`;
  if (!location) return head;
  const frame = codeFrame(location, { length });
  return [head, `  at ${style.location(location)}`, ...(frame ? ['', frame] : [])].join('\n');
}

async function thrown(error: unknown, style: Style): Promise<string[]> {
  const location = error instanceof UsageError ? undefined : await errorLocation(error);
  const head = `${style.red(titleOf(error))}: ${error instanceof Error ? error.message : String(error)}`;
  if (!location) return [head];
  const frames = userFrames(error).filter((frame) => !isSame(frame, location));
  return [
    `${head}\n  at ${style.location(location)}`,
    codeFrame(location),
    frames.length === 0 ? '' : style.dim(frames.map((frame) => `    at ${style.frame(frame)}`).join('\n')),
  ];
}

/** Our own errors speak in whole sentences, so their class says nothing more. */
function titleOf(error: unknown): string {
  if (error instanceof LightningError || !(error instanceof Error)) return 'Error';
  return error.name;
}

function wholeStack(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${wholeStack(error.cause)}` : '';
  return (error.stack ?? String(error)) + cause;
}

function isSame(a: SourceLocation, b: SourceLocation): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

// util.styleText came with Node 20.12 only.
function paint(codes: string, text: string): string {
  return `\u001b[${codes}m${text}\u001b[0m`;
}

class Style {
  readonly #colors: boolean;
  readonly #from: string;

  constructor({ colors = false, from = process.cwd() }: ReportOptions) {
    this.#colors = colors;
    this.#from = from;
  }

  red(text: string): string {
    return this.#colors ? paint('1;31', text) : text;
  }

  dim(text: string): string {
    return this.#colors ? paint('2', text) : text;
  }

  location(location: SourceLocation): string {
    const text = `${shortPath(location.file, this.#from)}:${location.line}:${location.column}`;
    return this.#colors ? paint('36', text) : text;
  }

  frame(frame: StackFrame): string {
    const where = `${shortPath(frame.file, this.#from)}:${frame.line}:${frame.column}`;
    return frame.name === undefined ? where : `${frame.name} (${where})`;
  }
}

/** A path as a person would type it: from a folder when it lies inside, else whole. */
export function shortPath(path: string, from: string = process.cwd()): string {
  const short = relative(from, path);
  return short === '' || short.startsWith(`..${sep}`) || short === '..' ? path : short;
}
