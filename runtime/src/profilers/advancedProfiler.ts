import { writeFileSync } from 'node:fs';
import { type Profiler as CpuProfiler, Session } from 'node:inspector';
import { join } from 'node:path';
import { MisconfigurationError } from '../errors/index.js';
import { ActionTimeline } from './actionTimeline.js';
import { type FunctionTimes, functionTimes } from './functionTimes.js';
import { Profiler, type ProfilerOptions } from './profiler.js';

/** Options of {@link AdvancedProfiler}. */
export interface AdvancedProfilerOptions extends ProfilerOptions {
  /** How many functions the report has for each action: a count, or a fraction of them up to 1. Default: 20. */
  readonly lineCountRestriction?: number;
  /** Microseconds between two looks at the stack. Default: 1000. */
  readonly samplingInterval?: number;
}

const DEFAULTS = { lineCountRestriction: 20, samplingInterval: 1000 };

/**
 * Which functions take the time of each action, by V8's sampling CPU profiler, with places in your own source. Writes the run as
 * `fit-profile.cpuprofile`, which Chrome and VS Code open, and its actions as a Chrome trace; what a worker thread does is in neither.
 * An action's samples are those taken while it was the innermost. Source: PyTorch Lightning, `AdvancedProfiler`, on cProfile.
 */
export class AdvancedProfiler extends Profiler {
  readonly lineCountRestriction: number;
  readonly #samplingInterval: number;
  readonly #running: { readonly action: string; readonly start: number }[] = [];
  /** By action, over all runs. */
  readonly #times = new Map<string, FunctionTimes>();
  #timeline = new ActionTimeline();
  #session: Session | undefined;

  /** @throws MisconfigurationError for an option that is not allowed */
  constructor(options: AdvancedProfilerOptions = {}) {
    super(options);
    const { lineCountRestriction, samplingInterval } = { ...DEFAULTS, ...options };
    checkPositive('lineCountRestriction', lineCountRestriction);
    checkPositive('samplingInterval', samplingInterval);
    this.lineCountRestriction = lineCountRestriction;
    this.#samplingInterval = samplingInterval;
  }

  override setup(run: Parameters<Profiler['setup']>[0]): void {
    super.setup(run);
    this.#begin();
  }

  override start(action: string): void {
    this.#begin();
    this.#running.push({ action, start: performance.now() });
    this.#timeline.enter(action);
  }

  /** @throws MisconfigurationError when it does not run */
  override stop(action: string): void {
    const index = this.#running.findLastIndex((each) => each.action === action);
    const [ended] = index < 0 ? [] : this.#running.splice(index, 1);
    if (!ended) {
      throw new MisconfigurationError({
        code: 'profiler-action',
        found: `The profiler was told to stop '${action}', which was never started.`,
        fix: 'Start it first.',
      });
    }
    this.#timeline.enter(this.#running.at(-1)?.action);
    this.trace(action, ended.start, performance.now());
  }

  override summary(): string {
    this.#collect();
    const parts = [...this.#times].map(
      ([action, times]) => `Profile stats for: ${action}\n${times.table(this.lineCountRestriction)}`,
    );
    return `${[this.title, ...parts].join('\n')}\n`;
  }

  #begin(): void {
    if (this.#session) return;
    this.#session = new Session();
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: this.#samplingInterval });
    this.#session.post('Profiler.start');
  }

  /** Takes what V8 has recorded since the last time. */
  #collect(): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    // In this thread the answer comes before `post` returns.
    session.post('Profiler.stop', (_error: Error | null, answer) => {
      if (answer?.profile) this.#take(answer.profile);
    });
    session.disconnect();
    this.#timeline = new ActionTimeline(this.#running.at(-1)?.action);
  }

  #take(profile: CpuProfiler.Profile): void {
    const { dirpath } = this;
    if (dirpath !== undefined) {
      this.write(() => writeFileSync(join(dirpath, this.fileName('cpuprofile')), JSON.stringify(profile)));
    }
    for (const [action, times] of functionTimes(profile, this.#timeline)) {
      const known = this.#times.get(action);
      if (known) known.add(times);
      else this.#times.set(action, times);
    }
  }
}

function checkPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new MisconfigurationError({
    code: 'profiler-option',
    found: `AdvancedProfiler's \`${name}\` is ${value}.`,
    allowed: 'a number above 0',
  });
}
