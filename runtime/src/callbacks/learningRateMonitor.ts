import type { LRSchedulerConfig } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, optionFault } from './checkOptions.js';
import { nameOptimizers } from './optimizerNames.js';

/** Options of {@link LearningRateMonitor}. */
export interface LearningRateMonitorOptions {
  /** Log at each step or at each epoch; default null: as the interval of the scheduler says, and both without one. */
  loggingInterval?: 'step' | 'epoch' | null;
  /** Also log momentum, or the first beta, as `<name>-momentum`; default false. */
  logMomentum?: boolean;
  /** Also log weight decay, as `<name>-weight_decay`; default false. */
  logWeightDecay?: boolean;
}

const DEFAULTS = { loggingInterval: null, logMomentum: false, logWeightDecay: false } as const;

/** A group's options as far as they are looked at. */
interface GroupOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly betas?: readonly number[];
  readonly weightDecay?: number;
}

/**
 * Sends the learning rates to the loggers, at the cadence of `logEveryNSteps`: `lr-Adam`, `lr-Adam-1` for the second one of a
 * class, `lr-Adam/pg1` or `lr-Adam/<name>` for parameter groups; a scheduler's `name` takes the place of `lr-Adam`.
 * State: none. Source: PyTorch Lightning, `callbacks/lr_monitor.py`.
 */
export class LearningRateMonitor extends Callback {
  /** Every rate that was looked at, by name. */
  readonly lrs = new Map<string, number[]>();
  /** The latest momenta, by name. */
  readonly lastMomentumValues = new Map<string, number>();
  /** The latest weight decays, by name. */
  readonly lastWeightDecayValues = new Map<string, number>();
  readonly #options: Required<LearningRateMonitorOptions>;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: LearningRateMonitorOptions = {}) {
    super();
    checkOptionNames('LearningRateMonitor', options, Object.keys(DEFAULTS));
    this.#options = { ...DEFAULTS, ...options };
    const { loggingInterval } = this.#options;
    if (loggingInterval !== null && loggingInterval !== 'step' && loggingInterval !== 'epoch') {
      throw optionFault('LearningRateMonitor', 'loggingInterval', loggingInterval, "'step' or 'epoch' or null");
    }
  }

  /** @throws MisconfigurationError without a logger, and for groups of one optimizer that have the same name */
  override onTrainStart(trainer: Trainer): void {
    if (trainer.loggers.length === 0) {
      throw new MisconfigurationError({
        code: 'no-logger',
        found: 'Cannot use `LearningRateMonitor` callback with a `Trainer` that has no logger.',
        fix: 'Remove it, or give the Trainer a logger, for example logger: true.',
      });
    }
    if (this.#options.logMomentum) warnOfNoMomentum(trainer.optimizers);
    this.lrs.clear();
    for (const { names } of nameOptimizers(trainer)) for (const name of names) this.lrs.set(name, []);
  }

  override onTrainBatchStart(trainer: Trainer): void {
    if (trainer.shouldUpdateLogs && this.#options.loggingInterval !== 'epoch') this.#log(trainer, 'step');
  }

  override onTrainEpochStart(trainer: Trainer): void {
    if (this.#options.loggingInterval !== 'step') this.#log(trainer, 'epoch');
  }

  #log(trainer: Trainer, now: LRSchedulerConfig['interval']): void {
    const values: Record<string, number> = {};
    for (const { optimizer, names, config } of nameOptimizers(trainer)) {
      const isDue = this.#options.loggingInterval !== null || config === undefined || config.interval === now;
      if (isDue) Object.assign(values, this.#look(optimizer, names));
    }
    trainer.updateCallbackMetrics(values);
    trainer.logRow(values, trainer.fitLoop.epochLoop.batchesThatStepped);
  }

  #look(optimizer: Optimizer, names: readonly string[]): Record<string, number> {
    const values: Record<string, number> = {};
    for (const [index, name] of names.entries()) {
      const group = optimizer.paramGroups[index] as GroupOptions; // its optimizer's options, of which it may have these
      values[name] = group.lr;
      this.#listOf(name).push(group.lr);
      if (this.#options.logMomentum) {
        const momentum = group.betas?.[0] ?? group.momentum ?? 0;
        values[`${name}-momentum`] = momentum;
        this.lastMomentumValues.set(`${name}-momentum`, momentum);
      }
      if (this.#options.logWeightDecay) {
        const weightDecay = group.weightDecay ?? 0;
        values[`${name}-weight_decay`] = weightDecay;
        this.lastWeightDecayValues.set(`${name}-weight_decay`, weightDecay);
      }
    }
    return values;
  }

  /** A group that was added in mid-run changes the name of the first one: from `lr-SGD` to `lr-SGD/pg1`. */
  #listOf(name: string): number[] {
    const former = name.replace('/pg1', '');
    const list = this.lrs.get(name) ?? this.lrs.get(former) ?? [];
    if (former !== name) this.lrs.delete(former);
    this.lrs.set(name, list);
    return list;
  }
}

function warnOfNoMomentum(optimizers: readonly Optimizer[]): void {
  const has = (key: string) => optimizers.every(({ paramGroups }) => paramGroups.every((group) => key in group));
  if (has('momentum') || has('betas')) return;
  process.emitWarning(
    'You have set logMomentum: true, but some optimizers do not have momentum. This will log a value 0 for the momentum.',
  );
}
