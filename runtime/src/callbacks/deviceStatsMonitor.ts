import type { LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, optionFault } from './checkOptions.js';
import { DeviceStats } from './deviceStats.js';

/** Options of {@link DeviceStatsMonitor}. */
export interface DeviceStatsMonitorOptions {
  /** False logs nothing, since every engine here runs on the processor; default null, which is as true. */
  cpuStats?: boolean | null;
}

/**
 * Sends figures of processor and memory to the loggers, at the start and the end of batches and at the cadence of `logEveryNSteps`:
 * `DeviceStatsMonitor.on_train_batch_start/cpu_percent`, and so on with `cpu_vm_percent`, `cpu_swap_percent` (Linux),
 * `process_rss_bytes`, `process_heap_bytes`, `tensors` and `tensor_bytes`. Cost: a few system calls a look. State: none.
 * Source: PyTorch Lightning, `callbacks/device_stats_monitor.py`; the last four are ours.
 */
export class DeviceStatsMonitor extends Callback {
  readonly #isOn: boolean;
  readonly #stats = new DeviceStats();

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: DeviceStatsMonitorOptions = {}) {
    super();
    checkOptionNames('DeviceStatsMonitor', options, ['cpuStats']);
    const { cpuStats = null } = options;
    if (cpuStats !== null && typeof cpuStats !== 'boolean') {
      throw optionFault('DeviceStatsMonitor', 'cpuStats', cpuStats, 'true, false or null');
    }
    this.#isOn = cpuStats !== false;
  }

  /** @throws MisconfigurationError without a logger */
  override setup(trainer: Trainer, _module: LightningModule, stage: RunKind): void {
    if (stage !== 'fit' || trainer.loggers.length > 0) return;
    throw new MisconfigurationError({
      code: 'no-logger',
      found: 'Cannot use `DeviceStatsMonitor` callback with `Trainer(logger=False)`.',
      fix: 'Remove it, or give the Trainer a logger, for example logger: true.',
    });
  }

  override onTrainBatchStart(trainer: Trainer): void {
    this.#log(trainer, 'on_train_batch_start');
  }

  override onTrainBatchEnd(trainer: Trainer): void {
    this.#log(trainer, 'on_train_batch_end');
  }

  override onValidationBatchStart(trainer: Trainer): void {
    this.#log(trainer, 'on_validation_batch_start');
  }

  override onValidationBatchEnd(trainer: Trainer): void {
    this.#log(trainer, 'on_validation_batch_end');
  }

  override onTestBatchStart(trainer: Trainer): void {
    this.#log(trainer, 'on_test_batch_start');
  }

  override onTestBatchEnd(trainer: Trainer): void {
    this.#log(trainer, 'on_test_batch_end');
  }

  #log(trainer: Trainer, hook: string): void {
    if (!this.#isOn || !trainer.shouldUpdateLogs) return;
    const entries = Object.entries(this.#stats.read());
    const values = Object.fromEntries(
      entries.map(([name, value]) => [`${this.constructor.name}.${hook}/${name}`, value]),
    );
    trainer.logRow(values, trainer.fitLoop.epochLoop.batchesThatStepped);
  }
}
