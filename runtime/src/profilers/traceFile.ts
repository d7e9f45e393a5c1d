import { appendFileSync, writeFileSync } from 'node:fs';

/** Written at once: so much is lost when the process is killed. */
const EVENTS_PER_WRITE = 500;
/** About 60 MB, which viewers still open. */
const MAX_EVENTS = 500_000;

/**
 * A file of Chrome's trace event format, for chrome://tracing and Perfetto. It grows while the run goes on: the format allows that
 * its end is missing. Source: "Trace Event Format", complete events.
 */
export class TraceFile {
  readonly #path: string;
  #pending: string[] = [];
  #events = 0;
  #isBegun = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Times in milliseconds. */
  add(name: string, start: number, end: number): void {
    if (this.#events >= MAX_EVENTS) return;
    this.#events++;
    const [, category = 'trainer'] = /^\[(\w+)\]/.exec(name) ?? [];
    const [ts, dur] = [start, end - start].map((time) => Math.round(time * 1000));
    this.#pending.push(JSON.stringify({ name, cat: category, ph: 'X', ts, dur, pid: process.pid, tid: 0 }));
    if (this.#pending.length >= EVENTS_PER_WRITE) this.#flush();
  }

  close(): void {
    const isCut = this.#events >= MAX_EVENTS;
    const name = isCut ? `lightning (only the first ${MAX_EVENTS} actions)` : 'lightning';
    this.#pending.push(JSON.stringify({ name: 'process_name', ph: 'M', pid: process.pid, args: { name } }));
    this.#flush();
    appendFileSync(this.#path, '\n]\n');
  }

  #flush(): void {
    const text = this.#pending.join(',\n');
    this.#pending = [];
    if (this.#isBegun) appendFileSync(this.#path, `,\n${text}`);
    else writeFileSync(this.#path, `[\n${text}`);
    this.#isBegun = true;
  }
}
