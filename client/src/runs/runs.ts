import { randomUUID } from 'node:crypto';
import { type Disposable, Emitter } from '../emitter.js';
import { type Launch, startChild } from './child.js';
import type { DiskRuns } from './diskRuns.js';
import { LogFile } from './logFile.js';
import { Run, type RunLog } from './run.js';
import type { RunRequest } from './runnable.js';
import { isActive, type RunChange, type RunEnd, type RunRecord } from './runRecord.js';

/** Ended runs beyond this many are forgotten, with their metrics; their directories keep everything. */
const MAX_ENDED = 8;

/** What {@link Runs} needs from outside. */
export interface RunsOptions {
  /** Says what to start for a request. Throws `UserError` when it cannot be started. */
  readonly prepare: (request: RunRequest) => Promise<Launch>;
  /** The log of one run. */
  readonly log: (request: RunRequest) => RunLog;
  /** The runs on disk; none when left out. */
  readonly disk?: DiskRuns;
  /** The name that the person gave to the run of a directory. */
  readonly name?: (directory: string) => string | undefined;
  /** Sees to it that processes end once nobody here can; see `leaveGuard.ts`. */
  readonly leaveGuard?: (pids: readonly number[]) => void;
  /** Remembers the directories of this window's runs, so that they are found under the same ids after a reload. */
  readonly directories?: Pick<Map<string, string>, 'get' | 'set'>;
}

/** All runs: those that were started in this window, and those on disk. A run that is both is the former. */
export class Runs implements Disposable {
  readonly #runs = new Map<string, Run>();
  readonly #options: RunsOptions;
  readonly #started = new Emitter<Run>();
  readonly #changed = new Emitter<{ run: Run; change: RunChange }>();
  readonly #ended = new Emitter<{ run: Run; end: RunEnd }>();
  readonly #records = new Emitter<RunRecord>();
  readonly #directories: Pick<Map<string, string>, 'get' | 'set'>;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#directories = options.directories ?? new Map();
    if (!options.disk) return;
    options.disk.isOwn = (run) => this.#isOwn(run);
    options.disk.onChange((run) => {
      if (!this.#isOwn(run)) this.#records.fire(run);
    });
  }

  /** Starts a run. Throws what `prepare` throws. */
  async start(request: RunRequest): Promise<Run> {
    const launch = await this.#options.prepare(request);
    const file = new LogFile((text) => this.#options.log(request).warn(text));
    const run = new Run(randomUUID(), request, {
      start: (listeners) => startChild(launch, listeners),
      log: keptIn(file, this.#options.log(request)),
      ...(this.#options.name && { name: this.#options.name }),
    });
    this.#runs.set(run.id, run);
    this.#forgetOldest();
    run.onChange((change) => {
      if (change.event?.type === 'run-started' && run.directory !== null) {
        this.#directories.set(run.id, run.directory);
        file.openIn(run.directory);
      }
      this.#changed.fire({ run, change });
      this.#records.fire(run);
    });
    void run.ended.then((end) => {
      this.#ended.fire({ run, end });
      // What was seen of it on disk while it ran is old, and is needed once the run is forgotten here.
      if (end.logDir !== null) void this.#options.disk?.look(end.logDir);
    });
    this.#started.fire(run);
    this.#records.fire(run);
    return run;
  }

  /** Every run that is known, newest first. */
  get records(): readonly RunRecord[] {
    const onDisk = (this.#options.disk?.all ?? []).filter((run) => !this.#isOwn(run));
    const begin = ({ model }: RunRecord) => model.started?.time ?? Number.POSITIVE_INFINITY;
    return [...[...this.#runs.values()].reverse(), ...onDisk].sort((a, b) => begin(b) - begin(a) || 0);
  }

  /** The run of that id, wherever it is from; also of an id from before the window was reloaded, and of a run directory. */
  record(id: string): RunRecord | undefined {
    const own = this.#runs.get(id) ?? [...this.#runs.values()].findLast(({ directory }) => directory === id);
    return own ?? this.#options.disk?.get(this.#directories.get(id) ?? id);
  }

  /** Calls `listener` with a run that is new, changed or gone. Often: whoever draws gathers them. */
  onRecords(listener: (record: RunRecord) => void): Disposable {
    return this.#records.on(listener);
  }

  /** The run of that id, while it is remembered. */
  get(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /** Those that have not ended. */
  get active(): readonly Run[] {
    return [...this.#runs.values()].filter(({ end }) => !end);
  }

  /** True when any run goes on, here or elsewhere. */
  get isRunning(): boolean {
    return this.active.length > 0 || (this.#options.disk?.all ?? []).some((run) => isActive(run) && !this.#isOwn(run));
  }

  /** The newest that has not ended, or else the newest of all. */
  get latest(): Run | undefined {
    return this.active.at(-1) ?? [...this.#runs.values()].at(-1);
  }

  /** Calls `listener` when a run starts. */
  onStart(listener: (run: Run) => void): Disposable {
    return this.#started.on(listener);
  }

  /** Calls `listener` when anything in a run changes. */
  onChange(listener: (what: { run: Run; change: RunChange }) => void): Disposable {
    return this.#changed.on(listener);
  }

  /** Calls `listener` when a run's process is gone. */
  onEnd(listener: (what: { run: Run; end: RunEnd }) => void): Disposable {
    return this.#ended.on(listener);
  }

  /** A run's directory is gone: forgets the run, unless it goes on. */
  forget(directory: string): void {
    for (const run of this.#runs.values()) {
      if (run.directory !== directory || !run.end) continue;
      this.#runs.delete(run.id);
      this.#records.fire(run);
    }
    this.#options.disk?.forget(directory);
  }

  /**
   * For the end of the window, and its reload. A run belongs to the window that started it: it is asked to stop, sees its channel close as
   * well, and ends with a checkpoint to resume from; the guard ends one that hangs. A run of a terminal goes on.
   */
  dispose(): void {
    const { active } = this;
    for (const run of active) run.stop();
    this.#options.leaveGuard?.(active.flatMap(({ pid }) => pid ?? []));
  }

  #isOwn({ model: { started } }: RunRecord): boolean {
    if (!started) return false;
    return [...this.#runs.values()].some(
      (run) => run.model.started?.runId === started.runId || (run.end === undefined && run.pid === started.pid),
    );
  }

  #forgetOldest(): void {
    const ended = [...this.#runs.values()].filter(({ end }) => end);
    for (const run of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) this.#runs.delete(run.id);
  }
}

/** A log that also goes to a file. */
function keptIn(file: LogFile, log: RunLog): RunLog {
  return {
    ...log,
    output(stream, text) {
      file.write(text);
      log.output(stream, text);
    },
  };
}
