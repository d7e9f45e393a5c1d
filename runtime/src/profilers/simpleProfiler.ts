import { MisconfigurationError } from '../errors/index.js';
import { Profiler, type ProfilerOptions } from './profiler.js';
import { general, type Row, reportTable } from './reportTable.js';

/** Options of {@link SimpleProfiler}. */
export interface SimpleProfilerOptions extends ProfilerOptions {
  /** Adds calls and percentages to the report. Default: true. */
  readonly extended?: boolean;
}

/** What is known of one action, in seconds. */
export interface ActionDurations {
  readonly calls: number;
  readonly total: number;
}

/**
 * How long each action takes, and how often it runs: a table at the end, and all of them as a Chrome trace, `fit-profile.json`.
 * An action's time includes that of the actions inside it. Cost: some microseconds an action. Source: PyTorch Lightning,
 * `SimpleProfiler`, whose report has the same form.
 */
export class SimpleProfiler extends Profiler {
  readonly extended: boolean;
  readonly #started = new Map<string, number>();
  readonly #durations = new Map<string, { calls: number; total: number }>();
  #since = performance.now();

  constructor(options: SimpleProfilerOptions = {}) {
    super(options);
    this.extended = options.extended ?? true;
  }

  /** By action, over all runs. */
  get durations(): ReadonlyMap<string, ActionDurations> {
    return this.#durations;
  }

  override setup(run: Parameters<Profiler['setup']>[0]): void {
    super.setup(run);
    // A Trainer may have been made long before it runs.
    if (this.#durations.size === 0 && this.#started.size === 0) this.#since = performance.now();
  }

  /** @throws MisconfigurationError when it runs already */
  override start(action: string): void {
    if (this.#started.has(action)) {
      throw new MisconfigurationError({
        code: 'profiler-action',
        found: `The profiler was told to start '${action}', which has started already.`,
        fix: 'Stop it first, or give it a name of its own.',
      });
    }
    this.#started.set(action, performance.now());
  }

  /** @throws MisconfigurationError when it does not run */
  override stop(action: string): void {
    const end = performance.now();
    const start = this.#started.get(action);
    if (start === undefined) {
      throw new MisconfigurationError({
        code: 'profiler-action',
        found: `The profiler was told to stop '${action}', which was never started.`,
        fix: 'Start it first.',
      });
    }
    this.#started.delete(action);
    const known = this.#durations.get(action);
    if (known) {
      known.calls++;
      known.total += (end - start) / 1000;
    } else {
      this.#durations.set(action, { calls: 1, total: (end - start) / 1000 });
    }
    this.trace(action, start, end);
  }

  override summary(): string {
    return `${this.title}\n${this.#table()}\n`;
  }

  #table(): string {
    const elapsed = (performance.now() - this.#since) / 1000;
    const actions = [...this.#durations];
    if (actions.length === 0) return '';
    if (!this.extended) {
      const means = actions.map(([action, { calls, total }]) => [action, total / calls, total] as const);
      const rows = means
        .sort((a, b) => b[1] - a[1])
        .map(([action, ...numbers]): Row => [action, ...numbers.map(general)]);
      return reportTable(['Action', 'Mean duration (s)', 'Total time (s)'], [rows]);
    }
    const calls = actions.reduce((sum, [, each]) => sum + each.calls, 0);
    const rows = actions
      .sort(([, a], [, b]) => b.total - a.total)
      .map(([action, { calls: count, total }]): Row => {
        return [action, general(total / count), String(count), general(total), general((100 * total) / elapsed)];
      });
    const all: Row = ['Total', '-', String(calls), general(elapsed), '100 %'];
    return reportTable(['Action', 'Mean duration (s)', 'Num calls', 'Total time (s)', 'Percentage %'], [[all], rows]);
  }
}
