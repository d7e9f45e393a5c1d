import { type LightningModule, weightsIn } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import type { Trainer } from '../trainer/index.js';
import { BaseFinetuning, type ModulePart } from './baseFinetuning.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';

/** Options of {@link BackboneFinetuning}. */
export interface BackboneFinetuningOptions {
  /** Epoch from which the backbone learns, from 0; default 10. */
  unfreezeBackboneAtEpoch?: number;
  /** Factor by which the backbone's rate grows at an epoch; default: always 2. */
  lambdaFunc?: (epoch: number) => number;
  /** The backbone's first rate as a part of the others'; default 0.1. */
  backboneInitialRatioLr?: number;
  /** The backbone's first rate itself. */
  backboneInitialLr?: number | null;
  /** Let the backbone's rate not grow above the others'; default true. */
  shouldAlign?: boolean;
  /** Divides the rate of a part that is unfrozen without a rate of its own; default 10. */
  initialDenomLr?: number;
  /** Let the batch normalizations of the backbone learn, too; default true. */
  trainBn?: boolean;
  /** Print both rates at each epoch; default false. */
  verbose?: boolean;
  /** Decimals of the printed rates; default 12. */
  rounding?: number;
}

const NAME = 'BackboneFinetuning';
const DEFAULTS = {
  unfreezeBackboneAtEpoch: 10,
  lambdaFunc: () => 2,
  backboneInitialRatioLr: 0.1,
  backboneInitialLr: null,
  shouldAlign: true,
  initialDenomLr: 10,
  trainBn: true,
  verbose: false,
  rounding: 12,
} as const;

/**
 * Freezes the module's field `backbone`, and lets it learn from an epoch on, at a rate that grows to the others'.
 * State: that of {@link BaseFinetuning}, and the backbone's rate. Source: PyTorch Lightning, `callbacks/finetuning.py`.
 */
export class BackboneFinetuning extends BaseFinetuning {
  /** The backbone's rate at the latest epoch; null before it learns. */
  previousBackboneLr: number | null = null;
  readonly #options: Required<BackboneFinetuningOptions>;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: BackboneFinetuningOptions = {}) {
    super();
    checkOptionNames(NAME, options, Object.keys(DEFAULTS));
    this.#options = { ...DEFAULTS, ...options };
    const { unfreezeBackboneAtEpoch, lambdaFunc, rounding } = this.#options;
    checkWholeNumber(NAME, 'unfreezeBackboneAtEpoch', unfreezeBackboneAtEpoch, 0);
    checkWholeNumber(NAME, 'rounding', rounding, 0);
    if (typeof lambdaFunc !== 'function') throw optionFault(NAME, 'lambdaFunc', lambdaFunc, 'a function of the epoch');
  }

  /** @throws MisconfigurationError when the module has no `backbone` with parameters */
  override freezeBeforeTraining(module: LightningModule): void {
    this.freeze(backboneOf(module));
  }

  override onFitStart(trainer: Trainer, module: LightningModule): void {
    backboneOf(module);
    super.onFitStart(trainer, module);
  }

  override finetuneFunction(module: LightningModule, epoch: number, optimizer: Optimizer): void {
    const { unfreezeBackboneAtEpoch, backboneInitialLr, backboneInitialRatioLr, initialDenomLr, trainBn } =
      this.#options;
    const currentLr = optimizer.paramGroups[0]?.lr ?? 0;
    if (epoch === unfreezeBackboneAtEpoch) {
      const lr = backboneInitialLr ?? currentLr * backboneInitialRatioLr;
      this.previousBackboneLr = lr;
      this.unfreezeAndAddParamGroup(backboneOf(module), optimizer, { lr, initialDenomLr, trainBn });
      this.#tell(module, currentLr, lr);
    } else if (epoch > unfreezeBackboneAtEpoch) {
      const grown = this.#options.lambdaFunc(epoch + 1) * (this.previousBackboneLr ?? 0);
      const lr = this.#options.shouldAlign && grown > currentLr ? currentLr : grown;
      const group = optimizer.paramGroups.at(-1);
      if (group) group.lr = lr;
      this.previousBackboneLr = lr;
      this.#tell(module, currentLr, lr);
    }
  }

  override stateDict(): Record<string, unknown> {
    return { ...super.stateDict(), previous_backbone_lr: this.previousBackboneLr };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    super.loadStateDict(state);
    const { previous_backbone_lr: lr } = state;
    this.previousBackboneLr = typeof lr === 'number' ? lr : null;
  }

  #tell(module: LightningModule, currentLr: number, backboneLr: number): void {
    const { verbose, rounding } = this.#options;
    const round = (lr: number) => Number(lr.toFixed(rounding));
    if (verbose) module.print(`Current lr: ${round(currentLr)}, Backbone lr: ${round(backboneLr)}`);
  }
}

function backboneOf(module: LightningModule): ModulePart {
  const backbone: unknown = Reflect.get(module, 'backbone');
  if (typeof backbone === 'object' && backbone !== null && weightsIn(backbone).length > 0) return backbone;
  throw new MisconfigurationError({
    code: 'no-backbone',
    found: `The LightningModule should have a \`backbone\` attribute with parameters; ${module.constructor.name} has none.`,
    fix: 'Keep the layers that are trained already in a field `backbone`.',
  });
}
