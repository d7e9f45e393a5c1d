import { MisconfigurationError } from '../errors/index.js';

/** Which steps a profiler records; a step is a training batch, or one of the other three loops. */
export interface KernelScheduleOptions {
  /** Steps at the beginning, before the first cycle. Default: 0. */
  readonly skipFirst?: number;
  /** Steps at the beginning of a cycle in which nothing is done. Default: 1. */
  readonly wait?: number;
  /** Steps behind them in which kernels are measured and forgotten. Default: 1. */
  readonly warmup?: number;
  /** Steps behind them that are recorded; at least 1. Default: 3. */
  readonly active?: number;
  /** Cycles; 0: to the end of the run. Default: 0. */
  readonly repeat?: number;
}

/** What is done with kernels. */
export type KernelPhase = 'wait' | 'warmup' | 'active';

const DEFAULTS = { skipFirst: 0, wait: 1, warmup: 1, active: 3, repeat: 0 };
const EVALUATION_STEP = /\.(validationStep|testStep|predictStep)$/;

/**
 * The phase of each step. Training, validation, test and prediction count for themselves, and what is between two steps belongs to the one
 * before. The sanity check does not count. Source: torch.profiler.schedule, and PyTorch Lightning's `ScheduleWrapper` for what is counted.
 */
export class KernelSchedule {
  readonly #options: Required<KernelScheduleOptions>;
  readonly #steps = new Map<string, number>();
  #hasTrained = false;
  #isFit = false;
  #phase: KernelPhase = 'wait';

  /** @throws MisconfigurationError for what is no count */
  constructor(options: KernelScheduleOptions) {
    this.#options = { ...DEFAULTS, ...options };
    for (const [name, value] of Object.entries(this.#options)) {
      const least = name === 'active' ? 1 : 0;
      if (Object.hasOwn(DEFAULTS, name) && Number.isSafeInteger(value) && value >= least) continue;
      throw new MisconfigurationError({
        code: 'profiler-option',
        found: Object.hasOwn(DEFAULTS, name)
          ? `\`schedule.${name}\` of a KernelProfiler is ${value}.`
          : `A KernelProfiler's schedule has no \`${name}\`.`,
        allowed: Object.hasOwn(DEFAULTS, name) ? `a count from ${least} on` : Object.keys(DEFAULTS).join(', '),
      });
    }
  }

  get phase(): KernelPhase {
    return this.#phase;
  }

  /** A run begins: all counts are 0 again. */
  reset(stage: string): void {
    this.#steps.clear();
    this.#hasTrained = false;
    this.#isFit = stage === 'fit';
    this.#phase = 'wait';
  }

  /** An action begins, perhaps a step. */
  enter(action: string): void {
    const isTraining = action === 'run_training_batch';
    const kind = isTraining ? action : action.endsWith('Step') ? EVALUATION_STEP.exec(action)?.[1] : undefined;
    if (kind === undefined) return;
    this.#hasTrained ||= isTraining;
    if (this.#isFit && !this.#hasTrained) return; // the sanity check
    const step = this.#steps.get(kind) ?? 0;
    this.#steps.set(kind, step + 1);
    this.#phase = this.#phaseOf(step);
  }

  #phaseOf(step: number): KernelPhase {
    const { skipFirst, wait, warmup, active, repeat } = this.#options;
    const inCycles = step - skipFirst;
    const length = wait + warmup + active;
    if (inCycles < 0 || (repeat > 0 && inCycles >= repeat * length)) return 'wait';
    const place = inCycles % length;
    if (place < wait) return 'wait';
    return place < wait + warmup ? 'warmup' : 'active';
  }
}
