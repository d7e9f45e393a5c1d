import { MisconfigurationError, nearest } from '../errors/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';
import { checkMode, isBetter, type MonitorMode, worstScore } from './monitorMode.js';
import { generateStateKey } from './stateKey.js';
import { validatesOncePerEpoch } from './validationSchedule.js';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** The logged name to watch. */
  monitor: string;
  /** What counts as better must be better by more than this; default 0. */
  minDelta?: number;
  /** Checks without improvement after which training stops; default 3. */
  patience?: number;
  /** Print each improvement, and why it stops; default false. */
  verbose?: boolean;
  /** Whether a smaller or a larger value is better; default 'min'. */
  mode?: MonitorMode;
  /** Whether it is an error when the value was not logged; default true. */
  strict?: boolean;
  /** Stop when the value is NaN or infinite; default true. */
  checkFinite?: boolean;
  /** Stop as soon as the value is better than this. */
  stoppingThreshold?: number | null;
  /** Stop as soon as the value is worse than this. */
  divergenceThreshold?: number | null;
  /** Check at the end of training epochs rather than of validation; default: when validation runs once, at each epoch's end. */
  checkOnTrainEpochEnd?: boolean | null;
  /** Print in the first of several processes only; there is one here, so that both mean the same. Default false. */
  logRankZeroOnly?: boolean;
}

/** Why it stopped, in the order of PyTorch Lightning's numbers. */
export const EARLY_STOPPING_REASONS = [
  'NOT_STOPPED',
  'STOPPING_THRESHOLD',
  'DIVERGENCE_THRESHOLD',
  'PATIENCE_EXHAUSTED',
  'NON_FINITE_METRIC',
] as const;
export type EarlyStoppingReason = (typeof EARLY_STOPPING_REASONS)[number];

const DEFAULTS = {
  minDelta: 0,
  patience: 3,
  verbose: false,
  mode: 'min',
  strict: true,
  checkFinite: true,
  stoppingThreshold: null,
  divergenceThreshold: null,
  checkOnTrainEpochEnd: null,
  logRankZeroOnly: false,
} as const;

/**
 * Ends training when a logged value has stopped improving. State: how long it waited, the best value, why it stopped.
 * Source: PyTorch Lightning, `callbacks/early_stopping.py`.
 *
 * @example
 * new Trainer({ callbacks: [new EarlyStopping({ monitor: 'val_loss', patience: 5 })] });
 */
export class EarlyStopping extends Callback {
  readonly monitor: string;
  readonly mode: MonitorMode;
  readonly minDelta: number;
  patience: number;
  /** Checks since the last improvement. */
  waitCount = 0;
  /** Number of the epoch in which it stopped, from 0; 0 before that, too. */
  stoppedEpoch = 0;
  /** The best value so far; infinite before the first. */
  bestScore: number;
  stoppingReason: EarlyStoppingReason = 'NOT_STOPPED';
  /** The reason as a sentence; null before it stopped. */
  stoppingReasonMessage: string | null = null;
  readonly #options: Required<Omit<EarlyStoppingOptions, 'monitor' | 'mode' | 'minDelta' | 'patience'>>;
  #checksOnTrainEpochEnd = false;
  /** True from the moment a state was loaded until the value is seen: it may have been logged before the run was stopped. */
  #isResuming = false;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: EarlyStoppingOptions) {
    super();
    const name = 'EarlyStopping';
    checkOptionNames(name, options, ['monitor', ...Object.keys(DEFAULTS)]);
    const { monitor, mode, minDelta, patience, ...rest } = { ...DEFAULTS, ...options };
    if (typeof monitor !== 'string' || monitor === '') throw optionFault(name, 'monitor', monitor, 'a logged name');
    checkMode(name, mode);
    checkWholeNumber(name, 'patience', patience, 0);
    if (!(minDelta >= 0)) throw optionFault(name, 'minDelta', minDelta, 'a number from 0 up');
    this.monitor = monitor;
    this.mode = mode;
    this.minDelta = minDelta;
    this.patience = patience;
    this.bestScore = worstScore(mode);
    this.#options = rest;
  }

  override get stateKey(): string {
    return generateStateKey(this, { monitor: this.monitor, mode: this.mode });
  }

  override get isMonitor(): boolean {
    return true;
  }

  override setup(trainer: Trainer): void {
    this.#checksOnTrainEpochEnd = this.#options.checkOnTrainEpochEnd ?? validatesOncePerEpoch(trainer);
  }

  override onTrainEpochEnd(trainer: Trainer): void {
    if (this.#checksOnTrainEpochEnd) this.#check(trainer);
  }

  override onValidationEnd(trainer: Trainer): void {
    if (!this.#checksOnTrainEpochEnd) this.#check(trainer);
  }

  override stateDict(): Record<string, unknown> {
    return {
      wait_count: this.waitCount,
      stopped_epoch: this.stoppedEpoch,
      best_score: this.bestScore,
      patience: this.patience,
      stopping_reason: EARLY_STOPPING_REASONS.indexOf(this.stoppingReason),
      stopping_reason_message: this.stoppingReasonMessage,
    };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    const number = (key: string, otherwise: number) => (typeof state[key] === 'number' ? state[key] : otherwise);
    this.waitCount = number('wait_count', 0);
    this.stoppedEpoch = number('stopped_epoch', 0);
    this.bestScore = number('best_score', worstScore(this.mode));
    this.patience = number('patience', this.patience);
    this.stoppingReason = EARLY_STOPPING_REASONS[number('stopping_reason', 0)] ?? 'NOT_STOPPED';
    this.#isResuming = true;
    const { stopping_reason_message: message } = state;
    this.stoppingReasonMessage = typeof message === 'string' ? message : null;
  }

  #check(trainer: Trainer): void {
    if (trainer.runKind !== 'fit' || trainer.stage === 'sanity-check' || trainer.fastDevRun > 0) return;
    const { callbackMetrics: metrics } = trainer;
    const current = metrics[this.monitor];
    if (current === undefined) {
      if (!this.#isResuming) this.#complain(Object.keys(metrics));
      return;
    }
    this.#isResuming = false;
    const [reason, message] = this.#judge(current);
    if (reason) {
      trainer.shouldStop = true;
      this.stoppingReason = reason;
      this.stoppedEpoch = trainer.currentEpoch;
      this.stoppingReasonMessage = message;
    }
    if (message !== null && this.#options.verbose) trainer.print(message);
  }

  /** Why to stop, or undefined; and what to tell of it. */
  #judge(current: number): [reason: EarlyStoppingReason | undefined, message: string | null] {
    const { mode, monitor, bestScore } = this;
    const { checkFinite, stoppingThreshold, divergenceThreshold } = this.#options;
    const sign = mode === 'min' ? '<' : '>';
    if (checkFinite && !Number.isFinite(current)) {
      const text = `Monitored metric ${monitor} = ${current} is not finite. Previous best value was ${short(bestScore)}. Signaling Trainer to stop.`;
      return ['NON_FINITE_METRIC', text];
    }
    if (stoppingThreshold !== null && isBetter(mode, current, stoppingThreshold)) {
      const text = `Stopping threshold reached: ${monitor} = ${current} ${sign} ${stoppingThreshold}. Signaling Trainer to stop.`;
      return ['STOPPING_THRESHOLD', text];
    }
    if (divergenceThreshold !== null && isBetter(mode, -current, -divergenceThreshold)) {
      const text = `Divergence threshold reached: ${monitor} = ${current} is worse than ${divergenceThreshold}. Signaling Trainer to stop.`;
      return ['DIVERGENCE_THRESHOLD', text];
    }
    // Rounded on the way, too: a value that is better by just `minDelta` is no improvement.
    const margin = mode === 'min' ? -this.minDelta : this.minDelta;
    if (isBetter(mode, Math.fround(current) - margin, bestScore)) {
      this.bestScore = current;
      this.waitCount = 0;
      return [undefined, improvement(monitor, bestScore, current, this.minDelta)];
    }
    this.waitCount++;
    if (this.waitCount < this.patience) return [undefined, null];
    const text = `Monitored metric ${monitor} did not improve in the last ${this.waitCount} records. Best score: ${short(bestScore)}. Signaling Trainer to stop.`;
    return ['PATIENCE_EXHAUSTED', text];
  }

  #complain(names: readonly string[]): void {
    const near = nearest(this.monitor, names);
    const fault = {
      code: 'monitor-not-available',
      found: `EarlyStopping is conditioned on the metric \`${this.monitor}\`, which is not available.`,
      allowed: names.map((name) => `\`${name}\``).join(', ') || 'what was logged; nothing was yet',
      fix: near ? `Did you mean '${near}'?` : `Log it: this.log('${this.monitor}', value).`,
    };
    if (this.#options.strict) throw new MisconfigurationError(fault);
    if (this.#options.verbose) process.emitWarning(new MisconfigurationError(fault).message);
  }
}

function improvement(monitor: string, before: number, current: number, minDelta: number): string {
  if (!Number.isFinite(before)) return `Metric ${monitor} improved. New best score: ${short(current)}`;
  return `Metric ${monitor} improved by ${short(Math.abs(before - current))} >= min_delta = ${minDelta}. New best score: ${short(current)}`;
}

function short(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : String(value);
}
