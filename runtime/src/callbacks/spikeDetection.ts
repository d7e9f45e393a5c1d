import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LightningModule, StepOutputs } from '../core/index.js';
import { RunError } from '../errors/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';
import { checkMode, type MonitorMode } from './monitorMode.js';

/** Options of {@link SpikeDetection}. */
export interface SpikeDetectionOptions {
  /** Whether the loss is to fall or to rise; default 'min'. */
  mode?: MonitorMode;
  /** Losses that the mean is taken over; default 10. */
  window?: number;
  /** Batches of an epoch that are not judged; default 1. */
  warmup?: number;
  /** Only a distance from the mean of at least this is a spike; default null: any. */
  atol?: number | null;
  /** Only a distance from the mean of at least this many times the mean is a spike; null: any. Default 2. */
  rtol?: number | null;
  /** File or folder for the numbers of the batches to leave out; default `skip_batches.json` in the Trainer's root folder. */
  excludeBatchesPath?: string | null;
  /** Take a loss that is not finite for a spike; default true. */
  finiteOnly?: boolean;
}

const NAME = 'SpikeDetection';
const FILE = 'skip_batches.json';
const DEFAULTS = {
  mode: 'min',
  window: 10,
  warmup: 1,
  atol: null,
  rtol: 2,
  excludeBatchesPath: null,
  finiteOnly: true,
} as const;

/** The loss jumped. Named after PyTorch Lightning's `TrainingSpikeException`. */
export class TrainingSpikeError extends RunError {
  /** Number of the batch in its epoch. */
  readonly batchIdx: number;

  constructor(batchIdx: number, path: string) {
    super({
      code: 'training-spike',
      found: `Training spike detected in batch ${batchIdx}.`,
      fix: `Leave out the batches that ${path} lists, and go on from a checkpoint before them.`,
    });
    this.batchIdx = batchIdx;
  }
}

/**
 * Ends the run with an error when the loss jumps away from its running mean, and lists the batch and the one before it in a file.
 * Cost: one wait for the device per batch. State: the running mean, and the batches that were listed.
 * Source: Lightning Fabric, `utilities/spike.py`.
 */
export class SpikeDetection extends Callback {
  readonly #options: Required<SpikeDetectionOptions>;
  /** Numbers of the batches to leave out. */
  badBatches: number[] = [];
  #lastVal = 0;
  #window: number[] = [];

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: SpikeDetectionOptions = {}) {
    super();
    checkOptionNames(NAME, options, Object.keys(DEFAULTS));
    this.#options = { ...DEFAULTS, ...options };
    const { mode, window, warmup, atol, rtol } = this.#options;
    checkMode(NAME, mode);
    checkWholeNumber(NAME, 'window', window, 1);
    checkWholeNumber(NAME, 'warmup', warmup, 0);
    for (const [name, value] of Object.entries({ atol, rtol })) {
      if (value !== null && !Number.isFinite(value)) throw optionFault(NAME, name, value, 'a number or null');
    }
  }

  /** @throws TrainingSpikeError when the loss jumped */
  override async onTrainBatchEnd(
    trainer: Trainer,
    _module: LightningModule,
    outputs: StepOutputs,
    _batch: unknown,
    batchIdx: number,
  ): Promise<void> {
    if (!outputs.loss) return;
    const [loss = Number.NaN] = await outputs.loss.data();
    if (batchIdx >= this.#options.warmup && this.#isSpike(loss)) {
      this.badBatches.push(batchIdx - 1, batchIdx); // the one before may have spoilt the weights
      const path = this.#path(trainer);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${JSON.stringify(this.badBatches, null, 4)}\n`);
      throw new TrainingSpikeError(batchIdx, path);
    }
    if (!this.#options.finiteOnly && !Number.isFinite(loss)) return;
    this.#window = [...this.#window, loss].slice(-this.#options.window);
    this.#lastVal = loss;
  }

  override stateDict(): Record<string, unknown> {
    const { mode, warmup, atol, rtol, excludeBatchesPath } = this.#options;
    return {
      last_val: this.#lastVal,
      mode,
      warmup,
      atol,
      rtol,
      bad_batches: this.badBatches,
      bad_batches_path: excludeBatchesPath,
      running: this.#window,
    };
  }

  override loadStateDict({ last_val: last, bad_batches: bad, running }: Record<string, unknown>): void {
    this.#lastVal = typeof last === 'number' ? last : 0;
    this.badBatches = Array.isArray(bad) ? bad.map(Number) : [];
    this.#window = Array.isArray(running) ? running.map(Number) : [];
  }

  #isSpike(loss: number): boolean {
    const { mode, finiteOnly, atol, rtol } = this.#options;
    if (finiteOnly && !Number.isFinite(loss)) return true;
    const change = loss - this.#lastVal;
    if (mode === 'min' ? change <= 0 : change >= 0) return false;
    const mean = this.#window.reduce((sum, value) => sum + value, 0) / this.#window.length;
    const distance = Math.abs(loss - mean);
    return (atol === null || distance >= Math.abs(atol)) && (rtol === null || distance >= Math.abs(rtol * mean));
  }

  #path({ defaultRootDir }: Trainer): string {
    const path = this.#options.excludeBatchesPath ?? defaultRootDir;
    return path.endsWith('.json') ? path : join(path, FILE);
  }
}
