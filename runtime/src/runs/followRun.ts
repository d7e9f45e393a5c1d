import { watch } from 'node:fs';
import type { RunEndReason, RunEvent, RunStartedEvent } from '../protocol/index.js';
import { EventFile } from './eventFile.js';
import { mayBeRunning } from './runProcess.js';

/** How a run is followed. */
export interface FollowRunOptions {
  /** Gets all events from the first one of the file on: first what is there, in large pieces, then what comes. */
  onEvents(events: readonly RunEvent[]): void;
  /** Called whenever all that the file held has been told; for the first time at once when there is no file. */
  onRead?(): void;
  /** The file is another one, or was cut: what was told before is void, and it is told from its beginning. */
  onRestart?(): void;
  /** Called once, at the first line that is no event of this version. */
  onWarning?(message: string): void;
  /** Ends the following. */
  readonly signal?: AbortSignal;
  /** Goes on after a run's end, for others that the same process writes into the directory, until that process is gone. Default: false. */
  readonly untilGone?: boolean;
  /** Where the file system tells nothing of changes: how often to look, in milliseconds, and how often for the process. Default: 1000. */
  readonly pollMs?: number;
}

/**
 * Follows a run directory, of a run that goes on, is over, or has not begun to write. Never throws because of what the file holds.
 * @returns how the run ended, `lost` when its process is gone without a word; undefined once the signal is aborted
 * @throws what the file system says of a file that cannot be read
 */
export async function followRun(directory: string, options: FollowRunOptions): Promise<RunEndReason | undefined> {
  const { signal, untilGone = false, pollMs = 1000 } = options;
  const file = new EventFile(directory);
  using changes = new Changes(directory, pollMs, signal);
  let started: RunStartedEvent | undefined;
  let reason: RunEndReason | undefined;
  let isWarned = false;
  const listener = {
    events(events: readonly RunEvent[]) {
      for (const event of events) {
        if (event.type === 'run-started') [started, reason] = [event, undefined];
        if (event.type === 'run-ended') reason = event.reason;
      }
      options.onEvents(events);
    },
    restarted() {
      started = reason = undefined;
      options.onRestart?.();
    },
  };
  const read = async () => {
    changes.begin();
    await file.read(listener, signal);
    options.onRead?.();
    if (file.brokenLines === 0 || isWarned) return;
    isWarned = true;
    options.onWarning?.(`${file.path} holds lines that are no events of this version; they are left out.`);
  };
  try {
    for (;;) {
      await read();
      if (reason !== undefined && !untilGone) return reason;
      if (started && !mayBeRunning(started)) {
        await read(); // what it said before it went
        return reason ?? 'lost';
      }
      await changes.next();
    }
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

/** Wakes the follower: when the directory changes, else from time to time. */
class Changes implements Disposable {
  readonly #directory: string;
  readonly #pollMs: number;
  readonly #signal: AbortSignal | undefined;
  #watcher: Disposable | undefined;
  #hasChanged = false;
  #wake: (() => void) | undefined;

  constructor(directory: string, pollMs: number, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#pollMs = pollMs;
    this.#signal = signal;
  }

  /** What changes from now on is told by {@link next}. */
  begin(): void {
    this.#hasChanged = false;
    this.#watcher ??= this.#watch(this.#directory);
  }

  /** @throws the signal's reason when it is aborted */
  async next(): Promise<void> {
    if (!this.#hasChanged && !this.#signal?.aborted) await this.#sleep();
    this.#signal?.throwIfAborted();
  }

  [Symbol.dispose](): void {
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = undefined;
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.#pollMs);
      this.#signal?.addEventListener('abort', done);
      this.#wake = done;
    });
  }

  #changed(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  /** Undefined when there is no directory yet, or a file system that tells nothing: then only time wakes. */
  #watch(directory: string): Disposable | undefined {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#changed());
      const dispose = () => {
        watcher.close();
        this.#watcher = undefined;
      };
      // The directory is gone, and may come again.
      watcher.on('error', dispose);
      return { [Symbol.dispose]: dispose };
    } catch {
      return undefined;
    }
  }
}
