import type { Stage } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, optionFault } from './checkOptions.js';
import { type DurationInput, showDuration, toMilliseconds } from './duration.js';

/** Options of {@link Timer}. */
export interface TimerOptions {
  /** Training stops after this time: `DD:HH:MM:SS`, or `{ hours: 12 }`; default: it does not. */
  duration?: DurationInput | null;
  /** Whether it stops after a batch or at the end of an epoch; default 'step'. */
  interval?: 'step' | 'epoch';
  /** Tell when time is up; default true. */
  verbose?: boolean;
  /** A clock in milliseconds, for tests; default: one that never jumps. */
  now?: () => number;
}

const DEFAULTS = { duration: null, interval: 'step', verbose: true, now: () => performance.now() } as const;

/** The stages, under PyTorch Lightning's names. */
const STAGE_KEYS = {
  train: 'train',
  'sanity-check': 'sanity_check',
  validate: 'validate',
  test: 'test',
  predict: 'predict',
} as const satisfies Record<Stage, string>;

interface Span {
  start?: number;
  end?: number;
}

/**
 * Measures how long training, validation and test take, and ends training when its time is up. State: the time that training took,
 * so that a run that goes on does not begin at zero. Source: PyTorch Lightning, `callbacks/timer.py`.
 */
export class Timer extends Callback {
  readonly #limit: number | undefined;
  readonly #options: Required<TimerOptions>;
  readonly #spans = new Map<Stage, Span>();
  /** Milliseconds of training before this run. */
  #offset = 0;

  /** @throws MisconfigurationError for a duration or interval that is not allowed */
  constructor(options: TimerOptions = {}) {
    super();
    checkOptionNames('Timer', options, Object.keys(DEFAULTS));
    this.#options = { ...DEFAULTS, ...options };
    const { duration, interval } = this.#options;
    if (interval !== 'step' && interval !== 'epoch') {
      throw optionFault('Timer', 'interval', interval, "'step' or 'epoch'");
    }
    if (duration !== null) this.#limit = toMilliseconds('Timer', 'duration', duration);
  }

  /** When the stage began, in seconds of the Timer's clock; undefined before that. */
  startTime(stage: Stage = 'train'): number | undefined {
    return toSeconds(this.#spans.get(stage)?.start);
  }

  /** When the stage ended, in seconds of the Timer's clock; undefined before that. */
  endTime(stage: Stage = 'train'): number | undefined {
    return toSeconds(this.#spans.get(stage)?.end);
  }

  /** How long the stage took, or takes until now, in seconds; training with the time before a restart. */
  timeElapsed(stage: Stage = 'train'): number {
    return this.#elapsed(stage) / 1000;
  }

  /** What is left of the duration, in seconds; undefined without one. */
  timeRemaining(stage: Stage = 'train'): number | undefined {
    return this.#limit === undefined ? undefined : (this.#limit - this.#elapsed(stage)) / 1000;
  }

  /** A checkpoint may be of a run whose time was up already. */
  override onFitStart(trainer: Trainer): void {
    this.#check(trainer);
  }

  override onTrainStart(): void {
    this.#begin('train');
  }

  override onTrainEnd(): void {
    this.#end('train');
  }

  override onValidationStart(): void {
    this.#begin('validate');
  }

  override onValidationEnd(): void {
    this.#end('validate');
  }

  override onTestStart(): void {
    this.#begin('test');
  }

  override onTestEnd(): void {
    this.#end('test');
  }

  override onTrainBatchEnd(trainer: Trainer): void {
    if (this.#options.interval === 'step') this.#check(trainer);
  }

  override onTrainEpochEnd(trainer: Trainer): void {
    if (this.#options.interval === 'epoch') this.#check(trainer);
  }

  override stateDict(): Record<string, unknown> {
    const stages = Object.entries(STAGE_KEYS) as [Stage, string][]; // entries forget the names of keys
    return { time_elapsed: Object.fromEntries(stages.map(([stage, key]) => [key, this.timeElapsed(stage)])) };
  }

  override loadStateDict({ time_elapsed: elapsed }: Record<string, unknown>): void {
    const seconds = typeof elapsed === 'object' && elapsed !== null ? Reflect.get(elapsed, STAGE_KEYS.train) : 0;
    this.#offset = typeof seconds === 'number' ? seconds * 1000 : 0;
  }

  #begin(stage: Stage): void {
    // The end stays until the next one: a validation that runs is not over, but training that has ended may be asked for.
    this.#spans.set(stage, { ...this.#spans.get(stage), start: this.#options.now() });
  }

  #end(stage: Stage): void {
    this.#spans.set(stage, { ...this.#spans.get(stage), end: this.#options.now() });
  }

  #elapsed(stage: Stage): number {
    const offset = stage === 'train' ? this.#offset : 0;
    const { start, end = this.#options.now() } = this.#spans.get(stage) ?? {};
    return start === undefined ? offset : end - start + offset;
  }

  #check(trainer: Trainer): void {
    if (this.#limit === undefined || this.#elapsed('train') < this.#limit) return;
    trainer.shouldStop = true;
    if (!this.#options.verbose) return;
    trainer.print(
      `Time limit reached. Elapsed time is ${showDuration(this.#elapsed('train'))}. Signaling Trainer to stop.`,
    );
  }
}

function toSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
