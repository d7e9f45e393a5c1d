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
 * How long each action takes, and how often it runs: a table at the end, and all of them, one inside of the other, as our span file and
 * as a Chrome trace, `fit-profile.json`. An action's time includes that of the actions inside it. Cost: about a microsecond an action.
 * Source: PyTorch Lightning, `SimpleProfiler`, whose report has the same form.
 */
export class SimpleProfiler extends Profiler {
  readonly extended: boolean;
  #since = performance.now();
  #hasRun = false;

  /** @throws MisconfigurationError for an option that is not allowed */
  constructor(options: SimpleProfilerOptions = {}) {
    super(options);
    this.extended = options.extended ?? true;
  }

  /** By action, over all runs. */
  get durations(): ReadonlyMap<string, ActionDurations> {
    const measured = [...this.spans.actions].filter(({ count }) => count > 0);
    return new Map(measured.map(({ name, count, totalMs }) => [name, { calls: count, total: totalMs / 1000 }]));
  }

  override setup(run: Parameters<Profiler['setup']>[0]): void {
    // A Trainer may have been made long before it runs.
    if (!this.#hasRun) this.#since = performance.now();
    this.#hasRun = true;
    super.setup(run);
  }

  /** @throws MisconfigurationError when it runs already */
  override start(action: string): void {
    if (this.spans.action(action).running > 0) {
      throw new MisconfigurationError({
        code: 'profiler-action',
        found: `The profiler was told to start '${action}', which has started already.`,
        fix: 'Stop it first, or give it a name of its own.',
      });
    }
    this.#hasRun = true;
    this.begin(action);
  }

  /** @throws MisconfigurationError when it does not run */
  override stop(action: string): void {
    this.end(action);
  }

  override summary(): string {
    return `${this.title}\n${this.#table()}\n`;
  }

  #table(): string {
    const elapsed = (performance.now() - this.#since) / 1000;
    const actions = [...this.durations];
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
