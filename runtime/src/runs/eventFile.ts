import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LineSplitter, MAX_EVENT_LINE_BYTES, parseRunEvent, type RunEvent } from '../protocol/index.js';

/** The name of the event stream in a run directory. */
export const RUN_FILE = 'run.ndjson';

const CHUNK_BYTES = 2 ** 20;
/** The first bytes of the file, which hold the run's id, tell whether it is still the same one. */
const HEAD_BYTES = 256;

/** Who hears what a file tells. */
export interface EventFileListener {
  /** Events in the order of the file; of one piece of it, so that a large file is not held in memory. */
  events(events: readonly RunEvent[]): void;
  /** The file is another one, or was cut: all that was told before is void. */
  restarted(): void;
}

/** Reads `run.ndjson` piece by piece. Reading again costs only what was written since. */
export class EventFile {
  readonly path: string;
  #splitter = new LineSplitter(MAX_EVENT_LINE_BYTES);
  #offset = 0;
  #brokenLines = 0;
  #head: Buffer = Buffer.alloc(0);

  /** @param directory the run directory */
  constructor(directory: string) {
    this.path = join(directory, RUN_FILE);
  }

  /** Whole lines that were no events: broken, too long, or of a later version. */
  get brokenLines(): number {
    return this.#brokenLines + this.#splitter.skipped;
  }

  /**
   * Reads what is new; a last line without an end waits for the rest of it.
   * @returns false when there is no file
   * @throws what the file system says, except that there is no file; the signal's reason when it is aborted
   */
  async read(listener: EventFileListener, signal?: AbortSignal): Promise<boolean> {
    let file: FileHandle;
    try {
      file = await open(this.path, 'r');
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    try {
      await this.#readRest(file, listener, signal);
    } finally {
      await file.close();
    }
    return true;
  }

  async #readRest(file: FileHandle, listener: EventFileListener, signal: AbortSignal | undefined): Promise<void> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
      // After the reading: somebody may have written the file anew while we were at it.
      if (!(await this.#isSame(file))) {
        this.#restart();
        listener.restarted();
        continue;
      }
      if (bytesRead === 0) return;
      const fresh = buffer.subarray(0, bytesRead);
      this.#offset += bytesRead;
      if (this.#head.length < HEAD_BYTES) this.#head = Buffer.concat([this.#head, fresh]).subarray(0, HEAD_BYTES);
      const events = this.#parse(this.#splitter.push(fresh));
      if (events.length > 0) listener.events(events);
    }
  }

  #parse(lines: readonly string[]): RunEvent[] {
    const events: RunEvent[] = [];
    for (const line of lines) {
      const event = parseRunEvent(line);
      if (event) events.push(event);
      else this.#brokenLines++;
    }
    return events;
  }

  async #isSame(file: FileHandle): Promise<boolean> {
    if (this.#offset === 0) return true;
    const { size } = await file.stat();
    return size >= this.#offset && (await readHead(file, this.#head.length)).equals(this.#head);
  }

  #restart(): void {
    this.#splitter = new LineSplitter(MAX_EVENT_LINE_BYTES);
    this.#offset = 0;
    this.#brokenLines = 0;
    this.#head = Buffer.alloc(0);
  }
}

async function readHead(file: FileHandle, length: number): Promise<Buffer> {
  const head = Buffer.alloc(length);
  const { bytesRead } = await file.read(head, 0, length, 0);
  return head.subarray(0, bytesRead);
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
