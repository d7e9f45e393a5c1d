/** What JavaScript engines say when there is no memory for an array or for the wasm heap. */
const MESSAGES = [
  /allocation failed/i, // V8: Array buffer allocation failed
  /out of memory/i, // other engines, and ours
  /could not allocate memory/i, // WebAssembly.Memory()
  /maximum memory size exceeded|unable to grow instance memory/i, // WebAssembly.Memory.grow()
];

/** From here on a length is too long rather than wrong. */
const LONG = 2 ** 30;

/**
 * True for an error that says that memory is full: the engine's own (code `out-of-memory`), or a RangeError of JavaScript's. A smaller
 * batch may fit then, and every other error has another cause.
 */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === 'out-of-memory') return true;
  if (error instanceof RangeError && saysSo(error.message)) return true;
  return error.cause !== undefined && isOutOfMemory(error.cause);
}

function saysSo(message: string): boolean {
  if (MESSAGES.some((pattern) => pattern.test(message))) return true;
  const length = /^Invalid (?:typed )?array (?:buffer )?length(?:: (\d+))?$/.exec(message)?.[1];
  return Number(length) >= LONG;
}
