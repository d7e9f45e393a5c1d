import { appendFileSync, mkdirSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { MisconfigurationError } from '../errors/index.js';
import type { ProfiledAction, ProfileEvent, SourceLocation, SpanCategory } from '../protocol/index.js';
import { type AnyFunction, functionLocations, isOwnFile } from '../sourceMaps/index.js';
import type { Frame } from './frame.js';
import { SpanOutput } from './spanOutput.js';
import { SpanRecorder } from './spanRecorder.js';

/** Where a profiler's files go. */
export interface ProfilerOptions {
  /** Default: the run directory of the Trainer's first logger. */
  readonly dirpath?: string;
  /** With it the report is appended to `<stage>-<filename>.txt`; without it is printed. */
  readonly filename?: string;
  /** How many spans the span file and the Chrome trace hold: a longer run's are thinned out. Default: 200,000. */
  readonly maxSpans?: number;
}

/** What a profiler tells while a run goes on. */
export type ProfileReport = Pick<ProfileEvent, 'profiler' | 'files' | 'elapsedMs' | 'actions'>;

/** The run that a profiler measures. */
export interface ProfiledRun {
  /** `fit`, `validate` … */
  readonly stage: string;
  readonly logDir: string | undefined;
  readonly print: (text: string) => void;
  /** What runs under the names of actions: where it is defined in the user's source is told with its times. */
  readonly hooks?: ReadonlyMap<string, AnyFunction>;
  /** Gets what is known so far, at most once a second, once the Trainer has called `publish`. */
  readonly report?: (report: ProfileReport) => void;
}

const DEFAULTS = { maxSpans: 200_000 };
const MAX_REPORTED_ACTIONS = 30;
const REPORT_INTERVAL_MS = 1000;
/** A run that has taken long is reported less often, so that its event file stays small: some 60 times in each half of it. */
const REPORTS_PER_RUN = 60;

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
  readonly maxSpans: number;
  /** What has been measured. A profiler of your own writes the Trainer's files, too, when its `start` and `stop` call `begin` and `end`. */
  protected readonly spans = new SpanRecorder();
  #stage: string | undefined;
  #run: ProfiledRun | undefined;
  #root: Frame | undefined;
  #begun = 0;
  #nextReport = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  readonly #onExit = () => this.close();

  /** @throws MisconfigurationError for a limit that is none */
  constructor({ dirpath, filename, maxSpans = DEFAULTS.maxSpans }: ProfilerOptions = {}) {
    if (!Number.isSafeInteger(maxSpans) || maxSpans < 1) {
      throw new MisconfigurationError({
        code: 'profiler-option',
        found: `\`maxSpans\` of a profiler is ${maxSpans}.`,
        allowed: 'a count (1, 2, 3 …)',
      });
    }
    this.dirpath = dirpath;
    this.filename = filename;
    this.maxSpans = maxSpans;
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
    const stop = () => this.stop(action);
    return work ? during(work, stop) : { [Symbol.dispose]: stop };
  }

  /** Marks a part of the run that is no action: it is in the files, and in no report. The Trainer's loops call it. */
  section<Result>(name: string, category: SpanCategory, work: () => Result): Result {
    const frame = this.spans.part(name, category);
    this.spans.begin(frame);
    return during(work, () => this.spans.end(frame));
  }

  /** A run begins; the Trainer calls it. */
  setup(run: ProfiledRun): void {
    this.#stage = run.stage;
    this.#run = run;
    this.#hasFailed = false;
    this.#nextReport = Number.POSITIVE_INFINITY;
    this.dirpath ??= run.logDir;
    const sources = sourcesOf(run.hooks); // ahead of all clocks: it takes some 50 ms
    this.#begun = performance.now();
    this.spans.attach(this.#makeOutput(), sources, () => this.#onTick());
    this.#root = this.spans.part(run.stage, 'run');
    this.spans.begin(this.#root);
    // For a run that waits: between two spans the recorder looks at the clock by itself.
    this.#timer = setInterval(() => this.spans.tick(), REPORT_INTERVAL_MS).unref();
    process.once('exit', this.#onExit); // a run may end the process
  }

  /** From now on what is known is told to whom the run reports to; the Trainer calls it when the run is announced, and at its end. */
  publish(): void {
    if (!this.#run?.report) return;
    this.spans.tick(); // so that the files that are named are there
    this.#report(performance.now());
  }

  /** A run is over, or has failed: shows or writes the report and closes the files. The Trainer calls it. */
  describe(): void {
    const print = this.#run?.print ?? ((text: string) => console.log(text));
    this.close();
    const text = this.summary();
    const { dirpath } = this;
    if (text && dirpath !== undefined && this.filename !== undefined) {
      this.write(() => appendFileSync(join(dirpath, this.fileName('txt')), text));
    } else if (text) {
      print(text);
    }
  }

  /** The run is over for the files, also when the process ends before its report. Closing twice does nothing. */
  protected close(): void {
    if (!this.#run) return;
    this.#run = undefined;
    clearInterval(this.#timer);
    process.off('exit', this.#onExit);
    if (this.#root) this.spans.end(this.#root);
    this.spans.detach();
  }

  /** What `start` of a profiler calls: the action is the innermost from now on. */
  protected begin(action: string): void {
    this.spans.begin(this.spans.action(action));
  }

  /** What `stop` of a profiler calls. @throws MisconfigurationError when the action does not run */
  protected end(action: string): void {
    if (this.spans.endAction(action)) return;
    throw new MisconfigurationError({
      code: 'profiler-action',
      found: `The profiler was told to stop '${action}', which was never started.`,
      fix: 'Start it first.',
    });
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

  /** The `.cpuprofile` that the profiler writes at the end; undefined for none. */
  protected get cpuProfilePath(): string | undefined {
    return undefined;
  }

  /** Writes to disk; a failure is told once and never ends a run. */
  protected write(work: () => void): void {
    if (this.#hasFailed) return;
    try {
      if (this.dirpath !== undefined) mkdirSync(this.dirpath, { recursive: true });
      work();
    } catch (error) {
      this.#hasFailed = true;
      process.emitWarning(`The profiler could not write to ${this.dirpath}: ${String(error)}`);
    }
  }

  #makeOutput(): SpanOutput | undefined {
    const { dirpath, maxSpans } = this;
    if (dirpath === undefined) return undefined;
    return new SpanOutput({
      spans: join(dirpath, this.fileName('spans.ndjson')),
      trace: join(dirpath, this.fileName('json')),
      stage: this.#stage ?? '',
      maxSpans,
      write: (work) => this.write(work),
    });
  }

  #onTick(): void {
    const now = performance.now();
    if (now >= this.#nextReport) this.#report(now);
  }

  #report(now: number): void {
    const elapsedMs = now - this.#begun;
    this.#nextReport = now + Math.max(REPORT_INTERVAL_MS, elapsedMs / REPORTS_PER_RUN);
    const path = (extension: string) =>
      this.dirpath === undefined ? null : join(this.dirpath, this.fileName(extension));
    this.#run?.report?.({
      profiler: this.constructor.name,
      files: { spans: path('spans.ndjson'), trace: path('json'), cpuProfile: this.cpuProfilePath ?? null },
      elapsedMs,
      actions: [...this.spans.actions]
        .filter((frame) => frame.count > frame.before.count)
        .map(reported)
        .sort((a, b) => b.totalMs - a.totalMs)
        .slice(0, MAX_REPORTED_ACTIONS),
    });
  }
}

/** Calls `stop` when the work is done: at once, or when its promise is settled. */
function during<Result>(work: () => Result, stop: () => unknown): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    stop();
    throw error;
  }
  if (result instanceof Promise) return whenSettled(result, stop) as Result; // a promise of the same
  stop();
  return result;
}

/** The same promise, behind which `stop` was called. Cheaper than `finally`: a step waits for several. */
export function whenSettled<Value>(promise: Promise<Value>, stop: () => unknown): Promise<Value> {
  return promise.then(
    (value) => {
      stop();
      return value;
    },
    (error) => {
      stop();
      throw error;
    },
  );
}

/** Of this run alone, to the microsecond. */
function reported({ name, category, source, count, totalMs, selfMs, before }: Frame): ProfiledAction {
  const rounded = (time: number) => Math.round(time * 1000) / 1000;
  const calls = count - before.count;
  const total = totalMs - before.totalMs;
  return {
    name,
    category,
    count: calls,
    totalMs: rounded(total),
    selfMs: rounded(selfMs - before.selfMs),
    meanMs: rounded(total / calls),
    source: source ?? null,
  };
}

/** Where the user's hooks are defined. What is ours, or cannot be found, is left out. */
function sourcesOf(hooks: ReadonlyMap<string, AnyFunction> = new Map()): Map<string, SourceLocation> {
  if (hooks.size === 0) return new Map();
  try {
    const places = functionLocations([...hooks.values()], new Session());
    const found = [...hooks.keys()].map((action, index) => [action, places[index]] as const);
    return new Map(found.flatMap(([action, place]) => (place && !isOwnFile(place.file) ? [[action, place]] : [])));
  } catch {
    return new Map(); // a profile without places is better than no run
  }
}
