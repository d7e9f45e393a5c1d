import type { SourceLocation } from '../protocol/index.js';
import { isOwnFile } from './ownFiles.js';
import { type StackFrame, stackFrames } from './stackFrames.js';

/**
 * Where in the user's code an error came from: the innermost frame that is neither Node's nor ours nor a dependency's. When
 * the error's own stack has none, its `cause` is asked.
 */
export function userLocation(error: unknown): SourceLocation | undefined {
  const seen = new Set<unknown>();
  for (let current = error; current instanceof Error && !seen.has(current); current = current.cause) {
    seen.add(current);
    const [frame] = userFrames(current);
    if (frame) return { file: frame.file, line: frame.line, column: frame.column };
  }
  return undefined;
}

/** The frames of an error's stack that lie in the user's code, innermost first. */
export function userFrames(error: unknown): StackFrame[] {
  return stackFrames(error).filter(({ file }) => !isOwnFile(file));
}
