/** A longer line is no event of ours; readers skip it. */
export const MAX_EVENT_LINE_BYTES = 2 ** 22;
/** A longer line is no command of ours. */
export const MAX_COMMAND_LINE_BYTES = 2 ** 16;

const NEWLINE = 10;

/**
 * Cuts a stream of bytes into lines, and holds at most one unfinished line of bounded length. A line that is longer is skipped whole.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #isSkipping = false;
  #skipped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many lines were too long. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Bytes of the line that has not ended yet. */
  get pendingBytes(): number {
    return this.#restBytes;
  }

  /** The lines that the bytes end, without their line breaks; empty ones are left out. Keeps no reference to `bytes`. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#hold(bytes.subarray(start, end));
      const line = this.#take();
      if (line !== undefined && line !== '') lines.push(line);
      start = end + 1;
    }
    // A copy, since the caller may fill its buffer anew; not by slice(), which of Node's Buffer is a view.
    this.#hold(Uint8Array.from(bytes.subarray(start)));
    return lines;
  }

  /** Forgets the line that has not ended. */
  reset(): void {
    this.#rest = [];
    this.#restBytes = 0;
    this.#isSkipping = false;
  }

  #hold(part: Uint8Array): void {
    this.#restBytes += part.length;
    if (this.#restBytes > this.#maxBytes) {
      this.#isSkipping = true;
      this.#rest = [];
    } else if (!this.#isSkipping && part.length > 0) {
      this.#rest.push(part);
    }
  }

  #take(): string | undefined {
    const isSkipped = this.#isSkipping;
    if (isSkipped) this.#skipped++;
    const line = isSkipped ? undefined : this.#decoder.decode(joined(this.#rest)).replace(/\r$/, '');
    this.reset();
    return line;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
