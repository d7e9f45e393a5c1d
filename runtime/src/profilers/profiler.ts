import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TraceFile } from './traceFile.js';

/** Where a profiler's files go. */
export interface ProfilerOptions {
  /** Default: the run directory of the Trainer's first logger. */
  readonly dirpath?: string;
  /** With it the report is appended to `<stage>-<filename>.txt`; without it is printed. */
  readonly filename?: string;
}

/** The run that a profiler measures. */
export interface ProfiledRun {
  /** `fit`, `validate` … */
  readonly stage: string;
  readonly logDir: string | undefined;
  readonly print: (text: string) => void;
}

/**
 * Measures named actions. The Trainer gives it those of its runs; `profile` adds your own. Source: PyTorch Lightning, `Profiler`.
 *
 * @example
 * using _loading = this.trainer.profiler.profile('load images'); // until the end of the block
 */
export abstract class Profiler {
  /** Undefined until a run gives its own. */
  dirpath: string | undefined;
  readonly filename: string | undefined;
  #stage: string | undefined;
  #print: (text: string) => void = (text) => console.log(text);
  #trace: TraceFile | undefined;
  #hasFailed = false;

  constructor({ dirpath, filename }: ProfilerOptions = {}) {
    this.dirpath = dirpath;
    this.filename = filename;
  }

  /** An action begins. */
  abstract start(action: string): void;

  /** It ends. */
  abstract stop(action: string): void;

  /** The report. Default: none. */
  summary(): string {
    return '';
  }

  /** Measures what `work` does, until its promise is settled where it returns one. */
  profile<Result>(action: string, work: () => Result): Result;
  /** Measures until what it returns is disposed: with `using`, until the end of the block. */
  profile(action: string): Disposable;
  profile<Result>(action: string, work?: () => Result): Result | Disposable {
    this.start(action);
    if (!work) return { [Symbol.dispose]: () => this.stop(action) };
    let result: Result;
    try {
      result = work();
    } catch (error) {
      this.stop(action);
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => this.stop(action)) as Result; // a promise of the same
    this.stop(action);
    return result;
  }

  /** A run begins; the Trainer calls it. */
  setup({ stage, logDir, print }: ProfiledRun): void {
    this.#stage = stage;
    this.#print = print;
    this.dirpath ??= logDir;
    this.#hasFailed = false;
    if (this.dirpath !== undefined) this.#trace = new TraceFile(join(this.dirpath, this.fileName('json')));
  }

  /** A run is over, or has failed: shows or writes the report and closes the files. The Trainer calls it. */
  describe(): void {
    const text = this.summary();
    const { dirpath } = this;
    if (text && dirpath !== undefined && this.filename !== undefined) {
      this.write(() => appendFileSync(join(dirpath, this.fileName('txt')), text));
    } else if (text) {
      this.#print(text);
    }
    const trace = this.#trace;
    if (trace) this.write(() => trace.close());
    this.#trace = undefined;
  }

  /** Name of a file of this run: `fit-profile.json`. */
  protected fileName(extension: string): string {
    const name = [this.#stage, this.filename ?? (extension === 'txt' ? undefined : 'profile')]
      .filter(Boolean)
      .join('-');
    return `${name.replace(/[\\/:*?"<>|\n\r\t]+/g, '_')}.${extension}`;
  }

  /** The head of a report: `FIT Profiler Report`. */
  protected get title(): string {
    return `${this.#stage === undefined ? '' : `${this.#stage.toUpperCase()} `}Profiler Report`;
  }

  /** Adds an action to the run's trace, where there is one. Times in milliseconds of `performance.now()`. */
  protected trace(action: string, start: number, end: number): void {
    const trace = this.#trace;
    if (trace) this.write(() => trace.add(action, start, end));
  }

  /** Writes to disk; a failure is told once and never ends a run. */
  protected write(work: () => void): void {
    if (this.#hasFailed) return;
    try {
      if (this.dirpath !== undefined) mkdirSync(this.dirpath, { recursive: true });
      work();
    } catch (error) {
      this.#hasFailed = true;
      this.#trace = undefined;
      process.emitWarning(`The profiler could not write to ${this.dirpath}: ${String(error)}`);
    }
  }
}
