import type { LightningModule, StepOutputs } from '../core/index.js';
import type { Stage } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';
import { Throughput } from './throughput.js';

/** Options of {@link ThroughputMonitor}. */
export interface ThroughputMonitorOptions {
  /** Samples in a batch. */
  batchSizeFn: (batch: never) => number;
  /** Items in a batch, such as tokens. */
  lengthFn?: ((batch: never) => number) | null;
  /** Batches that rates are taken over, at least 2; default 100. */
  windowSize?: number;
  /** Stands between the parts of names; default '/'. */
  separator?: string;
  /** What the device could do in a second, for `device/mfu`; default: unknown. */
  availableFlops?: number | null;
  /** A clock in milliseconds, for tests; default: one that never jumps. */
  now?: () => number;
}

const NAME = 'ThroughputMonitor';
const DEFAULTS = {
  lengthFn: null,
  windowSize: 100,
  separator: '/',
  availableFlops: null,
  now: () => performance.now(),
} as const;

type Timed = Exclude<Stage, 'sanity-check'>;

/** One stage's counters. */
interface Counters {
  readonly throughput: Throughput;
  /** Milliseconds of the clock. */
  start: number;
  batches: number;
  samples: number;
  lengths: number;
}

/**
 * Logs how fast batches go by, at the cadence of `logEveryNSteps`: `train/device/batches_per_sec`, `…/samples_per_sec`,
 * `…/items_per_sec`, `…/flops_per_sec`, and the totals `train/time`, `train/batches`, `train/samples`. Operations are known when the
 * module has a field `flopsPerBatch`. State: none. Source: PyTorch Lightning, `callbacks/throughput_monitor.py`.
 */
export class ThroughputMonitor extends Callback {
  readonly #options: Required<ThroughputMonitorOptions>;
  readonly #counters = new Map<Timed, Counters>();
  #hasWarned = false;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: ThroughputMonitorOptions) {
    super();
    checkOptionNames(NAME, options, ['batchSizeFn', ...Object.keys(DEFAULTS)]);
    this.#options = { ...DEFAULTS, ...options };
    const { batchSizeFn, lengthFn, windowSize } = this.#options;
    if (typeof batchSizeFn !== 'function')
      throw optionFault(NAME, 'batchSizeFn', batchSizeFn, 'a function of the batch');
    if (lengthFn && typeof lengthFn !== 'function')
      throw optionFault(NAME, 'lengthFn', lengthFn, 'a function of the batch');
    checkWholeNumber(NAME, 'windowSize', windowSize, 2);
  }

  override onTrainStart(): void {
    this.#begin('train');
  }

  override onValidationStart(trainer: Trainer): void {
    if (trainer.stage !== 'sanity-check') this.#begin('validate');
  }

  override onTestStart(): void {
    this.#begin('test');
  }

  override onPredictStart(): void {
    this.#begin('predict');
  }

  override onTrainBatchEnd(trainer: Trainer, module: LightningModule, _outputs: StepOutputs, batch: unknown): void {
    this.#count('train', module, batch);
    // Only with the update, so that its time is in the measure.
    if (!trainer.fitLoop.epochLoop.isAccumulating) this.#log(trainer, 'train');
  }

  override onValidationBatchEnd(trainer: Trainer, module: LightningModule, _outputs: unknown, batch: unknown): void {
    if (trainer.stage === 'sanity-check') return;
    this.#count('validate', module, batch);
    this.#log(trainer, 'validate');
  }

  override onTestBatchEnd(trainer: Trainer, module: LightningModule, _outputs: unknown, batch: unknown): void {
    this.#count('test', module, batch);
    this.#log(trainer, 'test');
  }

  override onPredictBatchEnd(trainer: Trainer, module: LightningModule, _outputs: unknown, batch: unknown): void {
    this.#count('predict', module, batch);
    this.#log(trainer, 'predict');
  }

  /** Training's clock stands still during validation. */
  override onValidationEnd(trainer: Trainer): void {
    const [train, validate] = [this.#counters.get('train'), this.#counters.get('validate')];
    if (trainer.runKind !== 'fit' || trainer.stage === 'sanity-check' || !train || !validate) return;
    const trainingEnd = train.start + train.throughput.time * 1000;
    const validationEnd = validate.start + validate.throughput.time * 1000;
    train.start += validationEnd - trainingEnd;
  }

  #begin(stage: Timed): void {
    const { windowSize, separator, availableFlops, now } = this.#options;
    const throughput = new Throughput(windowSize, separator, availableFlops ?? undefined);
    this.#counters.set(stage, { throughput, start: now(), batches: 0, samples: 0, lengths: 0 });
  }

  #count(stage: Timed, module: LightningModule, batch: unknown): void {
    const counters = this.#counters.get(stage);
    if (!counters) return; // its start hook made them
    const { batchSizeFn, lengthFn, now } = this.#options;
    counters.batches++;
    counters.samples += batchSizeFn(batch as never); // what a batch is, is the user's to know
    counters.lengths += lengthFn?.(batch as never) ?? 0;
    counters.throughput.update({
      time: (now() - counters.start) / 1000,
      batches: counters.batches,
      samples: counters.samples,
      lengths: lengthFn ? counters.lengths : undefined,
      flops: this.#flopsOf(module),
    });
  }

  #flopsOf(module: LightningModule): number | undefined {
    const flops: unknown = Reflect.get(module, 'flopsPerBatch');
    if (typeof flops === 'number') return flops;
    if (!this.#hasWarned) {
      process.emitWarning(
        `When using the \`ThroughputMonitor\`, you need to define a \`flopsPerBatch\` attribute or property in ${module.constructor.name} to compute the FLOPs.`,
      );
    }
    this.#hasWarned = true;
    return undefined;
  }

  #log(trainer: Trainer, stage: Timed): void {
    const counters = this.#counters.get(stage);
    if (!counters || !trainer.shouldUpdateLogs) return;
    const { throughput, batches } = counters;
    const entries = Object.entries(throughput.compute());
    const metrics = entries.map(([name, value]) => [`${stage}${throughput.separator}${name}`, value]);
    trainer.logMetrics(Object.fromEntries(metrics), stage === 'train' ? undefined : batches);
  }
}
