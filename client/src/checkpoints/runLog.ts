import { open } from 'node:fs/promises';
import { type CheckpointEvent, parseRunEvent, type RunEndedEvent, type RunStartedEvent } from 'lightning-tfjs/protocol';

const CHUNK_BYTES = 1 << 18;
/** A longer line is none that we wrote; it is skipped. */
const MAX_LINE_BYTES = 1 << 24;
const NEWLINE = 10;

/** Metrics make most of a run's lines; only the few that begin like this are parsed. */
const WANTED = /"type":\s*"(?:run-started|checkpoint|run-ended)"/;

/**
 * What `run.ndjson` tells about a run and its checkpoints. Reading again costs only what was written since: the file grows at
 * its end. A file that got shorter is read anew.
 */
export class RunLogReader {
  started: RunStartedEvent | undefined;
  ended: RunEndedEvent | undefined;
  /** By file name: the run's directory may have been moved since. */
  readonly checkpoints = new Map<string, CheckpointEvent>();
  /** The newest of them. */
  newest: CheckpointEvent | undefined;
  #offset = 0;

  /** Takes in what is new. A file that is not there, or cannot be read, tells nothing. */
  async read(path: string): Promise<void> {
    let file: Awaited<ReturnType<typeof open>>;
    try {
      file = await open(path, 'r');
    } catch {
      return;
    }
    try {
      const { size } = await file.stat();
      if (size < this.#offset) this.#forget();
      let rest: Buffer = Buffer.alloc(0);
      let position = this.#offset;
      while (position < size) {
        const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - position));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        rest = this.#takeLines(Buffer.concat([rest, chunk.subarray(0, bytesRead)]));
        if (rest.length > MAX_LINE_BYTES) rest = Buffer.alloc(0);
      }
      this.#offset = position - rest.length; // a line that is still being written is read again
    } finally {
      await file.close();
    }
  }

  #takeLines(bytes: Buffer): Buffer {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#take(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    return bytes.subarray(start);
  }

  #take(line: string): void {
    if (!WANTED.test(line)) return;
    const event = parseRunEvent(line);
    if (event?.type === 'run-started') this.started = event;
    if (event?.type === 'run-ended') this.ended = event;
    if (event?.type === 'checkpoint') {
      this.newest = event;
      this.checkpoints.set(fileName(event.path), event);
    }
  }

  #forget(): void {
    this.#offset = 0;
    this.started = this.ended = this.newest = undefined;
    this.checkpoints.clear();
  }
}

/** The last part of a path of this or another operating system. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
