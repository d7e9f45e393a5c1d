import { appendFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** What a run printed, in its directory. The older half is in `output.1.log` once there is much. */
export const LOG_FILE = 'output.log';
const OLDER_FILE = 'output.1.log';

/** Each of the two files is at most so long. */
const MAX_FILE_CHARACTERS = 5_000_000;
/** With more waiting for the disk, what comes is left out. */
const MAX_WAITING_CHARACTERS = 1_000_000;

/**
 * Keeps what a run prints in its directory, in bounded space, in the background: a slow or full disk holds up nothing. Before the
 * directory is known it waits; of a run that never has one, nothing is kept here.
 */
export class LogFile {
  readonly #warn: (text: string) => void;
  #directory: string | undefined;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #leftOut = 0;
  #written = 0;
  #isBroken = false;
  #work: Promise<void> | undefined;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** The run directory is known now. */
  openIn(directory: string): void {
    this.#directory ??= directory;
    this.#flush();
  }

  /** Takes text, and never waits. */
  write(text: string): void {
    if (this.#isBroken) return;
    if (this.#waitingCharacters + text.length > MAX_WAITING_CHARACTERS) {
      this.#leftOut += text.length;
      return;
    }
    this.#waiting.push(text);
    this.#waitingCharacters += text.length;
    this.#flush();
  }

  /** Settles when all that was taken is on disk, or cannot be. */
  async close(): Promise<void> {
    await this.#work;
  }

  #flush(): void {
    if (this.#directory === undefined || this.#work || this.#waiting.length === 0) return;
    this.#work = this.#writeAll(this.#directory)
      .catch((error: unknown) => {
        // The directory was deleted, or the disk is full: the run goes on, and so does the log in the output channel.
        this.#isBroken = true;
        this.#waiting = [];
        this.#warn(`What the run prints can no longer be kept in ${LOG_FILE}: ${String(error)}`);
      })
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #writeAll(directory: string): Promise<void> {
    while (this.#waiting.length > 0) {
      let text = this.#waiting.join('');
      if (this.#leftOut > 0) text += `\n… ${this.#leftOut} characters were left out: the disk was too slow.\n`;
      [this.#waiting, this.#waitingCharacters, this.#leftOut] = [[], 0, 0];
      const path = join(directory, LOG_FILE);
      if (this.#written > 0 && this.#written + text.length > MAX_FILE_CHARACTERS) {
        await rename(path, join(directory, OLDER_FILE));
        this.#written = 0;
      }
      await appendFile(path, text);
      this.#written += text.length;
    }
  }
}
