import type { CancellationToken } from 'vscode-languageserver/node';

/** How long work may go on before messages are read, in milliseconds. */
const SLICE_MS = 10;

/** Thrown where work is no longer wanted. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('The work is no longer wanted.');
  }
}

/** One turn of the event loop: messages that have come in are read meanwhile. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Long work in slices. Call what it returns between two steps: it gives way when the slice is over, and throws
 * {@link Cancelled} when the token says so.
 */
export function inSlices(token?: Pick<CancellationToken, 'isCancellationRequested'>): () => Promise<void> | undefined {
  let begun = performance.now();
  const check = () => {
    if (token?.isCancellationRequested) throw new Cancelled();
  };
  return () => {
    check();
    if (performance.now() - begun < SLICE_MS) return undefined;
    return nextTurn().then(() => {
      begun = performance.now();
      check();
    });
  };
}
