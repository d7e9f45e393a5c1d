import { writeFileSync } from 'node:fs';
import { type Profiler as CpuProfiler, Session } from 'node:inspector';
import { join } from 'node:path';
import { MisconfigurationError } from '../errors/index.js';
import { ActionTimeline } from './actionTimeline.js';
import { inSources } from './cpuProfile.js';
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
/** Then what V8 holds is added up, so that its memory is bounded: five minutes by default. The file holds the latest such stretch. */
const SEGMENT_SAMPLES = 300_000;

/**
 * Which functions take the time of each action, by V8's sampling CPU profiler, with places in your own source. Writes the run as
 * `fit-profile.cpuprofile`, which Chrome and VS Code open (of a long run its last minutes; the report has all of it), and its actions as
 * a Chrome trace and our span file; what a worker thread does is in none. An action's samples are those taken while it was the innermost. Source: PyTorch Lightning, `AdvancedProfiler`, on cProfile.
 */
export class AdvancedProfiler extends Profiler {
  readonly lineCountRestriction: number;
  readonly #samplingInterval: number;
  /** By action, over all runs. */
  readonly #times = new Map<string, FunctionTimes>();
  #timeline = new ActionTimeline();
  #session: Session | undefined;
  #segmentEnd = 0;

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
    this.begin(action);
    this.#timeline.enter(action);
  }

  /** @throws MisconfigurationError when it does not run */
  override stop(action: string): void {
    this.end(action);
    this.#timeline.enter(this.spans.innermost);
    if (performance.now() >= this.#segmentEnd) {
      this.#collect();
      this.#begin();
    }
  }

  override summary(): string {
    this.#collect();
    const parts = [...this.#times].map(
      ([action, times]) => `Profile stats for: ${action}\n${times.table(this.lineCountRestriction)}`,
    );
    return `${[this.title, ...parts].join('\n')}\n`;
  }

  protected override get cpuProfilePath(): string | undefined {
    return this.dirpath === undefined ? undefined : join(this.dirpath, this.fileName('cpuprofile'));
  }

  protected override close(): void {
    this.#collect();
    super.close();
  }

  #begin(): void {
    if (this.#session) return;
    this.#session = new Session();
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: this.#samplingInterval });
    this.#session.post('Profiler.start');
    this.#segmentEnd = performance.now() + (SEGMENT_SAMPLES * this.#samplingInterval) / 1000;
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
    this.#timeline = new ActionTimeline(this.spans.innermost);
  }

  #take(profile: CpuProfiler.Profile): void {
    const { cpuProfilePath: path } = this;
    if (path !== undefined) this.write(() => writeFileSync(path, JSON.stringify(inSources(profile))));
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
