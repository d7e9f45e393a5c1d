import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fromWireNumber, parseRunEvent, type RunEvent, unpackMetrics } from 'lightning-tfjs/protocol';
import { runDirectories } from '../runFiles.js';

/** What the latest run of a module came to. */
export interface LatestRun {
  /** Name of its directory, such as `version_3`. */
  readonly name: string;
  /** The metric that counts, with its last value; null when nothing was logged. */
  readonly metric: { readonly name: string; readonly value: number } | null;
  /** File name of the best checkpoint; null without one. */
  readonly best: string | null;
}

const HEAD_BYTES = 1 << 16;
const TAIL_BYTES = 1 << 16;
/** Older runs are not looked for: a module that was not run for so long has nothing fresh to say. */
const MAX_LOOKED_AT = 20;
const MAX_CACHED = 200;

/** What one run's log tells. */
interface RunLog {
  readonly moduleName: string | undefined;
  readonly file: string | undefined;
  readonly metric: LatestRun['metric'];
  readonly best: string | null;
}

/** Reads the ends of run logs, each only once for the same file. */
export class LatestRuns {
  readonly #cache = new Map<string, { readonly stamp: string; readonly log: RunLog | undefined }>();

  /** The latest run of a class of a file, in some folders; undefined without one. */
  find(file: string, className: string, folders: readonly string[]): LatestRun | undefined {
    for (const folder of folders) {
      for (const directory of runDirectories(folder).slice(0, MAX_LOOKED_AT)) {
        const log = this.#read(join(directory, 'run.ndjson'));
        // A run that does not say its file was started by a program; its class tells then.
        if (!log || log.moduleName !== className || (log.file !== undefined && log.file !== file)) continue;
        return { name: basename(directory), metric: log.metric, best: log.best };
      }
    }
    return undefined;
  }

  #read(path: string): RunLog | undefined {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    const stamp = `${stats.mtimeMs} ${stats.size}`;
    const cached = this.#cache.get(path);
    if (cached?.stamp === stamp) return cached.log;
    const log = logOf(path, stats.size);
    this.#cache.delete(path);
    this.#cache.set(path, { stamp, log });
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED && oldest !== undefined) this.#cache.delete(oldest);
    return log;
  }
}

function logOf(path: string, size: number): RunLog | undefined {
  const file = openSync(path, 'r');
  try {
    const [first] = eventsIn(read(file, 0, Math.min(size, HEAD_BYTES)), true);
    if (first?.type !== 'run-started') return undefined;
    const from = Math.max(0, size - TAIL_BYTES);
    const last = eventsIn(read(file, from, size - from), from === 0);
    const checkpoint = last.findLast((event) => event.type === 'checkpoint');
    const best = checkpoint?.best ?? null;
    return {
      moduleName: first.moduleName,
      file: first.file,
      metric: metricOf(last, checkpoint?.monitor ?? null),
      best: best === null ? null : basename(best),
    };
  } finally {
    closeSync(file);
  }
}

/** The monitored metric's last value; else that of a validation, else any. */
function metricOf(events: readonly RunEvent[], monitor: string | null): LatestRun['metric'] {
  const values = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'metrics') {
      for (const [name, column] of unpackMetrics(event).series) {
        const value = column.values.at(-1);
        if (value !== undefined) values.set(name, value);
      }
    }
    if (event.type !== 'run-ended') continue;
    for (const [name, value] of Object.entries(event.metrics)) values.set(name, fromWireNumber(value));
  }
  const names = [...values.keys()].filter((name) => name !== 'epoch' && name !== 'step');
  const name =
    (monitor !== null && values.has(monitor) ? monitor : undefined) ??
    names.find((each) => each === 'val_loss') ??
    names.find((each) => each.startsWith('val')) ??
    names[0];
  const value = name === undefined ? undefined : values.get(name);
  return name === undefined || value === undefined ? null : { name, value };
}

function read(file: number, position: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, position));
}

/** The events of a piece of a log, whose first and last line may be cut. */
function eventsIn(text: string, beginsWhole: boolean): readonly RunEvent[] {
  return text
    .split('\n')
    .slice(beginsWhole ? 0 : 1)
    .flatMap((line) => parseRunEvent(line) ?? []);
}
