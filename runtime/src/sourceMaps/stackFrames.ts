import { findSourceMap } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SourceLocation } from '../protocol/index.js';

/** One line of a stack that names a file. */
export interface StackFrame extends SourceLocation {
  /** What ran there, as V8 says it: `async LitDigits.trainingStep`. Undefined at the top level of a file. */
  readonly name: string | undefined;
}

/**
 * The frames of an error's stack that lie in files, innermost first, mapped to the sources that the person wrote. Frames of
 * Node itself and of evaluated text are left out. Empty for what is not an Error.
 */
export function stackFrames(error: unknown): StackFrame[] {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return [];
  return error.stack.split('\n').flatMap(parseFrame);
}

/**
 * The place in the source that a place in a loaded script was made from: the place itself when the script has no map,
 * undefined where the map knows of no source. Line and column count from 1.
 * @param script path or file URL of the script
 */
export function originalLocation(script: string, line: number, column: number): SourceLocation | undefined {
  const map = findSourceMap(asURL(script)) ?? findSourceMap(asPath(script));
  if (!map) return isAbsolute(asPath(script)) ? { file: asPath(script), line, column } : undefined;
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry) || !entry.originalSource) return undefined; // a bundler's helper, nobody's source
  return { file: asPath(entry.originalSource), line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

// `    at name (place:line:column)`, or without a name `    at place:line:column`, with `async` where it was awaited.
const FRAME = /^\s+at (?:(.*?) \(|async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;

function parseFrame(text: string): StackFrame[] {
  const [, name, script, line, column] = FRAME.exec(text) ?? [];
  if (script === undefined) return [];
  // Node maps stacks by itself, but not where something else has replaced `Error.prepareStackTrace`.
  const location = originalLocation(script, Number(line), Number(column));
  return location ? [{ ...location, name }] : [];
}

function asPath(script: string): string {
  return script.startsWith('file:') ? fileURLToPath(script) : script;
}

function asURL(script: string): string {
  return script.startsWith('file:') ? script : pathToFileURL(script).href;
}
