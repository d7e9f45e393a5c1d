import type { Checkpoint, TensorData } from '../checkpoint/index.js';
import { isParameter, LightningModule, type StateDict } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { AveragedWeights, type AverageFunction, equalAverage, type MultiAverageFunction } from './averagedWeights.js';
import { Callback } from './callback.js';
import { checkOptionNames } from './checkOptions.js';

/** Options of {@link WeightAveraging}. */
export interface WeightAveragingOptions {
  /** Average running statistics, too, rather than copy the latest; default true. */
  useBuffers?: boolean;
  /** How a weight is averaged; default: all count the same. */
  avgFn?: AverageFunction | null;
  /** How all weights are averaged at once, instead of `avgFn`. */
  multiAvgFn?: MultiAverageFunction | null;
}

/** What {@link WeightAveraging.shouldUpdate} is asked about: one of the two. */
export interface AveragingMoment {
  /** Number of the optimizer step that was just taken, from 0. */
  readonly stepIdx?: number;
  /** Number of the epoch that ends, from 0. */
  readonly epochIdx?: number;
}

const DEFAULTS = { useBuffers: true, avgFn: null, multiAvgFn: null } as const;

/**
 * Keeps an average of the weights, validates with it, and puts it into the module when training ends. Override `shouldUpdate` to say
 * when weights are taken in. Checkpoints hold the average as `state_dict`, and the weights that training goes on with as
 * `current_model_state`. Cost: a second set of the weights. State: the step of the latest update.
 * Source: PyTorch Lightning, `callbacks/weight_averaging.py`.
 */
export class WeightAveraging extends Callback {
  readonly #options: Required<WeightAveragingOptions>;
  #average: AveragedWeights | undefined;
  /** Optimizer steps at the latest update. */
  #latestUpdateStep = 0;
  #latestUpdateEpoch = -1;
  #hasCopied = false;

  /** @throws MisconfigurationError for an option that does not exist, and two averages at once */
  constructor(options: WeightAveragingOptions = {}) {
    super();
    checkOptionNames(new.target.name, options, Object.keys(DEFAULTS));
    this.#options = { ...DEFAULTS, ...options };
    const { avgFn, multiAvgFn } = this.#options;
    if (!avgFn || !multiAvgFn) return;
    throw new MisconfigurationError({
      code: 'callback-option',
      found: `${new.target.name} was given both \`avgFn\` and \`multiAvgFn\`.`,
      allowed: 'one of them',
    });
  }

  /** Whether the weights are taken in now: asked after each optimizer step and at the end of each epoch. Default: after steps. */
  shouldUpdate({ stepIdx }: AveragingMoment): boolean {
    return stepIdx !== undefined;
  }

  override async setup(_trainer: Trainer, module: LightningModule, stage: RunKind): Promise<void> {
    if (stage !== 'fit') return;
    this.#average?.dispose();
    this.#hasCopied = false;
    // Else layers that are made there would not be averaged: that hook comes later.
    if (module.configureModel !== LightningModule.prototype.configureModel) await module.configureModel();
    this.#average = new AveragedWeights(module.namedWeights());
  }

  override dispose(): void {
    this.#average?.dispose();
    this.#average = undefined;
  }

  override onTrainBatchEnd({ globalStep }: Trainer): void {
    if (globalStep <= this.#latestUpdateStep || !this.shouldUpdate({ stepIdx: globalStep - 1 })) return;
    this.#update();
    this.#latestUpdateStep = globalStep;
  }

  override onTrainEpochEnd({ currentEpoch }: Trainer): void {
    if (currentEpoch <= this.#latestUpdateEpoch || !this.shouldUpdate({ epochIdx: currentEpoch })) return;
    this.#update();
    this.#latestUpdateEpoch = currentEpoch;
  }

  override onTrainEnd(): void {
    this.#average?.copyToModule();
    this.#hasCopied = true;
  }

  /** A run that goes on from its very end has no training that could end. */
  override onFitEnd(): void {
    if (!this.#hasCopied) this.#average?.copyToModule();
  }

  override onValidationEpochStart(): void {
    this.#average?.swap();
  }

  override onValidationEpochEnd(): void {
    this.#average?.swap();
  }

  override stateDict(): Record<string, unknown> {
    return { latest_update_step: this.#latestUpdateStep };
  }

  override loadStateDict({ latest_update_step: step }: Record<string, unknown>): void {
    this.#latestUpdateStep = typeof step === 'number' ? step : 0;
  }

  override async onSaveCheckpoint(_trainer: Trainer, _module: LightningModule, checkpoint: Checkpoint): Promise<void> {
    if (!this.#average) return;
    checkpoint.current_model_state = checkpoint.state_dict;
    checkpoint.state_dict = await this.#average.stateDict();
    const count: TensorData = { dtype: 'int32', shape: [], data: Int32Array.of(this.#average.numAveraged) };
    checkpoint.averaging_state = { n_averaged: count };
  }

  override onLoadCheckpoint(_trainer: Trainer, module: LightningModule, checkpoint: Checkpoint): void {
    if (!this.#average) return;
    const { current_model_state: current, averaging_state: averaging } = checkpoint;
    if (isRecord(current) && isRecord(averaging)) {
      this.#average.loadStateDict(checkpoint.state_dict, module);
      this.#average.numAveraged = countIn(averaging.n_averaged);
      module.loadStateDict(current as StateDict); // which checks names and shapes
      return;
    }
    process.emitWarning(
      `The checkpoint was not created with ${this.constructor.name}: both the current and the average weights begin as its weights.`,
    );
    this.#average.loadStateDict(checkpoint.state_dict, module, { strict: false });
  }

  #update(): void {
    const { avgFn, multiAvgFn, useBuffers } = this.#options;
    const average = multiAvgFn ? { multi: multiAvgFn } : (avgFn ?? equalAverage);
    this.#average?.update(average, ({ variable }) => !useBuffers && !isParameter(variable));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function countIn(value: unknown): number {
  const data: unknown = isRecord(value) ? value.data : undefined;
  return ArrayBuffer.isView(data) ? Number((data as Int32Array)[0] ?? 0) : 0; // a scalar tensor, as it was saved
}
