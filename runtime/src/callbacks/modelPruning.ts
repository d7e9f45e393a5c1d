import { gradientsOf, setGradient } from '../autograd/index.js';
import type { TensorData } from '../checkpoint/index.js';
import type { LightningModule } from '../core/index.js';
import { weightsIn } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import type { ModulePart } from './baseFinetuning.js';
import { Callback } from './callback.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';
import {
  type Mask,
  PRUNING_METHODS,
  type PruningAmount,
  type PruningMethod,
  pruneChannels,
  pruneEntries,
} from './pruningMethods.js';

/** Names of parameters that are pruned. */
const PARAMETER_NAMES = ['weight', 'kernel', 'bias'] as const;
type ParameterName = (typeof PARAMETER_NAMES)[number];

/** Options of {@link ModelPruning}. */
export interface ModelPruningOptions {
  /** How what to prune is chosen: the smallest, or any; single entries, or whole slices. */
  pruningFn: PruningMethod;
  /** Parts of the module and the name of the parameter in each; default: all of `parameterNames`. */
  parametersToPrune?: readonly (readonly [part: ModulePart, name: string])[];
  /** Default: weight, kernel and bias. */
  parameterNames?: readonly ParameterName[] | null;
  /** Choose among all parameters together rather than in each; default true. */
  useGlobalUnstructured?: boolean;
  /** How much of what is left to prune each time; a function of the epoch decides anew. Default 0.5. */
  amount?: PruningAmount | ((epoch: number) => PruningAmount);
  /** Whether to prune, or a function of the epoch that decides; default true. */
  applyPruning?: boolean | ((epoch: number) => boolean);
  /** Forget the masks when training ends: what is pruned is 0, and may learn again in another fit. Default true. */
  makePruningPermanent?: boolean;
  /** Begin anew from the first weights after each pruning, or a function of the epoch that decides; default true. */
  useLotteryTicketHypothesis?: boolean | ((epoch: number) => boolean);
  /** The axis of slices; needed by the structured ones. */
  pruningDim?: number | null;
  /** Order of the norm of slices; needed by 'ln_structured'. */
  pruningNorm?: number | null;
  /** 1 prints how much is pruned in all, 2 also of each parameter; default 0. */
  verbose?: 0 | 1 | 2;
  /** Prune at the end of training epochs rather than of validation; default true. */
  pruneOnTrainEpochEnd?: boolean;
}

const NAME = 'ModelPruning';
const DEFAULTS = {
  parametersToPrune: [],
  parameterNames: null,
  useGlobalUnstructured: true,
  amount: 0.5,
  applyPruning: true,
  makePruningPermanent: true,
  useLotteryTicketHypothesis: true,
  pruningDim: null,
  pruningNorm: null,
  verbose: 0,
  pruneOnTrainEpochEnd: true,
} as const;

/** A parameter that is pruned. */
interface Target {
  readonly name: string;
  readonly variable: tf.Variable;
  /** What it began with. */
  original: Float32Array;
  /** Undefined before the first pruning. */
  mask: Mask | undefined;
}

/**
 * Sets a part of the weights to 0 after each epoch, and keeps them there: gradients and weights are masked. With the lottery ticket
 * hypothesis (Frankle and Carbin, 2019) those that are left begin anew from their first values.
 * State: masks and first values. Source: PyTorch Lightning, `callbacks/pruning.py`; torch.nn.utils.prune.
 */
export class ModelPruning extends Callback {
  readonly #options: Required<ModelPruningOptions>;
  #targets: Target[] = [];
  #restored: Record<string, unknown> | undefined;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: ModelPruningOptions) {
    super();
    checkOptionNames(NAME, options, ['pruningFn', ...Object.keys(DEFAULTS)]);
    this.#options = { ...DEFAULTS, ...options };
    check(this.#options);
  }

  /** Override to choose among the parameters, by their names in the module. Default: all that the options name. */
  filterParametersToPrune(names: readonly string[]): readonly string[] {
    return names;
  }

  /** @throws MisconfigurationError for a parameter that the module does not have */
  override setup(_trainer: Trainer, module: LightningModule, stage: RunKind): void {
    if (stage !== 'fit') return;
    const before = new Map(this.#targets.map((target) => [target.variable, target.mask]));
    const found = this.#find(module);
    const chosen = this.filterParametersToPrune(found.map(([name]) => name));
    this.#targets = found
      .filter(([name]) => chosen.includes(name))
      .map(([name, variable]) => ({
        name,
        variable,
        original: Float32Array.from(variable.dataSync()),
        mask: before.get(variable),
      }));
  }

  override onFitStart(): void {
    const restored = this.#restored;
    this.#restored = undefined;
    for (const target of this.#targets) {
      const [mask, original] = ['masks', 'originals'].map((key) => dataIn(restored?.[key], target));
      if (mask) target.mask = mask;
      if (original) target.original = original;
    }
    this.#maskWeights();
  }

  /** Before clipping, so that what is pruned does not count in the norm. */
  override onAfterBackward(): void {
    for (const { variable, mask } of this.#targets) {
      const gradient = gradientsOf(variable);
      if (mask && gradient) setGradient(variable, times(gradient, mask));
    }
  }

  /** Momentum and weight decay also move what has no gradient. */
  override onTrainBatchEnd(): void {
    this.#maskWeights();
  }

  override onTrainEpochEnd(trainer: Trainer): void {
    if (this.#options.pruneOnTrainEpochEnd) this.#run(trainer);
  }

  override onValidationEpochEnd(trainer: Trainer): void {
    if (trainer.stage !== 'sanity-check' && trainer.runKind === 'fit' && !this.#options.pruneOnTrainEpochEnd) {
      this.#run(trainer);
    }
  }

  override onTrainEnd(): void {
    if (!this.#options.makePruningPermanent) return;
    for (const target of this.#targets) target.mask = undefined;
  }

  override stateDict(): Record<string, unknown> {
    const pick = (read: (target: Target) => Float32Array | undefined) => {
      const entries = this.#targets.flatMap((target) => {
        const data = read(target);
        const tensor: TensorData | undefined = data && { dtype: 'float32', shape: [...target.variable.shape], data };
        return tensor ? [[target.name, tensor] as const] : [];
      });
      return Object.fromEntries(entries);
    };
    const usesOriginals = this.#options.useLotteryTicketHypothesis !== false;
    return {
      masks: pick(({ mask }) => mask),
      originals: usesOriginals ? pick(({ original }) => original) : {},
    };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    this.#restored = state;
  }

  #find(module: LightningModule): [name: string, variable: tf.Variable][] {
    const { parametersToPrune, parameterNames } = this.#options;
    const all = module.namedParameters();
    if (parametersToPrune.length === 0) {
      const names: readonly string[] = parameterNames ?? PARAMETER_NAMES;
      return all.filter(([name]) => names.includes(lastPart(name)));
    }
    return parametersToPrune.map(([part, wanted]) => {
      const variable = weightsIn(part).find(({ name }) => lastPart(name) === wanted)?.variable;
      const entry = all.find(([, parameter]) => parameter === variable);
      if (entry) return entry;
      throw new MisconfigurationError({
        code: 'pruning-parameters',
        found: `Some provided \`parametersToPrune\` don't exist in the model: ${wanted} of ${part.constructor?.name ?? 'an object'}.`,
        allowed: 'pairs of a part of the module and the name of its parameter, such as [this.net, "kernel"]',
      });
    });
  }

  #run(trainer: Trainer): void {
    const { applyPruning, amount, useLotteryTicketHypothesis: lottery } = this.#options;
    const epoch = trainer.currentEpoch;
    const isDue = typeof applyPruning === 'function' ? applyPruning(epoch) : applyPruning;
    const share = typeof amount === 'function' ? amount(epoch) : amount;
    checkAmount(share);
    if (!isDue || share === 0) return;
    const before = this.#targets.map(zerosIn);
    this.#prune(share);
    this.#tell(trainer, before, share);
    if (typeof lottery === 'function' ? lottery(epoch) : lottery) {
      for (const { variable, original } of this.#targets) {
        tf.tidy(() => variable.assign(tf.tensor(original, [...variable.shape])));
      }
    }
    this.#maskWeights();
  }

  #prune(amount: PruningAmount): void {
    const { pruningFn, useGlobalUnstructured, pruningDim, pruningNorm } = this.#options;
    const sizes = this.#targets.map(({ variable }) => variable.size);
    const values = joined(this.#targets.map(({ variable }) => Float32Array.from(variable.dataSync())));
    const masks = joined(this.#targets.map(({ mask, variable }) => mask ?? new Float32Array(variable.size).fill(1)));
    // Pieces of one array, so that pruning all of it and pruning a piece is the same.
    let from = 0;
    for (const [index, size] of sizes.entries()) {
      const target = this.#targets[index];
      const piece = masks.subarray(from, from + size);
      if (target) target.mask = piece;
      const part = values.subarray(from, from + size);
      from += size;
      if (!target || useGlobalUnstructured) continue;
      if (isUnstructured(pruningFn)) pruneEntries(part, piece, pruningFn, amount);
      else {
        const { shape } = target.variable;
        const channels = { shape, dim: pruningDim ?? 0, method: pruningFn, norm: pruningNorm ?? 1, amount };
        pruneChannels(part, piece, channels);
      }
    }
    if (useGlobalUnstructured && isUnstructured(pruningFn)) pruneEntries(values, masks, pruningFn, amount);
  }

  #maskWeights(): void {
    for (const { variable, mask } of this.#targets) {
      if (!mask) continue;
      const masked = times(variable, mask);
      variable.assign(masked);
      masked.dispose();
    }
  }

  #tell(trainer: Trainer, before: readonly number[], amount: PruningAmount): void {
    const { verbose, pruningFn } = this.#options;
    if (verbose === 0) return;
    const total = sum(this.#targets.map(({ variable }) => variable.size));
    const shown = (zeros: number, of: number) => `${zeros}/${of} (${((100 * zeros) / of).toFixed(2)}%)`;
    const after = this.#targets.map(zerosIn);
    trainer.print(`Applied \`${pruningFn}\`. Pruned: ${shown(sum(before), total)} -> ${shown(sum(after), total)}`);
    if (verbose === 1) return;
    for (const [index, { name, variable }] of this.#targets.entries()) {
      const change = `${shown(before[index] ?? 0, variable.size)} -> ${shown(after[index] ?? 0, variable.size)}`;
      trainer.print(`Applied \`${pruningFn}\` to \`${name}\` with amount=${amount}. Pruned: ${change}`);
    }
  }
}

/** The product is the caller's. */
function times(tensor: tf.Tensor, mask: Mask): tf.Tensor {
  return tf.tidy(() => tf.mul(tensor, tf.tensor(mask, [...tensor.shape])));
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(sum(pieces.map(({ length }) => length)));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function zerosIn({ mask }: Target): number {
  return mask ? mask.reduce((count, kept) => count + (kept === 0 ? 1 : 0), 0) : 0;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function isUnstructured(method: PruningMethod): method is 'l1_unstructured' | 'random_unstructured' {
  return method.endsWith('_unstructured');
}

/** A tensor of the state, when it fits the parameter. */
function dataIn(tensors: unknown, { name, variable }: Target): Float32Array | undefined {
  if (typeof tensors !== 'object' || tensors === null) return undefined;
  const data: unknown = (Reflect.get(tensors, name) as Partial<TensorData> | undefined)?.data;
  return data instanceof Float32Array && data.length === variable.size ? Float32Array.from(data) : undefined;
}

function checkAmount(amount: unknown): void {
  const isPart = typeof amount === 'string' && /^\d+(\.\d+)?%$/.test(amount) && Number.parseFloat(amount) <= 100;
  const isNumber = typeof amount === 'number' && amount >= 0 && (amount < 1 || Number.isInteger(amount));
  if (isPart || isNumber) return;
  throw optionFault(NAME, 'amount', amount, "should be a part between 0 and 1, a count, or a percentage such as '20%'");
}

function check(options: Required<ModelPruningOptions>): void {
  const { pruningFn, pruningDim, pruningNorm, useGlobalUnstructured, parameterNames, verbose, amount } = options;
  const fault = (found: string, allowed: string) =>
    new MisconfigurationError({ code: 'model-pruning', found: `${NAME}: ${found}.`, allowed });
  if (!PRUNING_METHODS.includes(pruningFn)) {
    throw optionFault(NAME, 'pruningFn', pruningFn, PRUNING_METHODS.map((method) => `'${method}'`).join(', '));
  }
  if (!isUnstructured(pruningFn)) {
    if (pruningDim === null)
      throw fault('when requesting `structured` pruning, the `pruningDim` should be provided', 'an axis');
    if (pruningFn === 'ln_structured' && pruningNorm === null) {
      throw fault('when requesting `ln_structured` pruning, the `pruningNorm` should be provided', 'a number');
    }
    if (useGlobalUnstructured) {
      throw fault(
        'only "unstructured" is supported with `useGlobalUnstructured: true`',
        'useGlobalUnstructured: false',
      );
    }
  }
  for (const name of parameterNames ?? []) {
    if (!PARAMETER_NAMES.includes(name)) {
      throw fault(
        `the provided \`parameterNames\` name: ${name} isn't in ${PARAMETER_NAMES.join(', ')}`,
        'one of these',
      );
    }
  }
  if (typeof amount !== 'function') checkAmount(amount);
  checkWholeNumber(NAME, 'verbose', verbose, 0);
  if (verbose > 2) throw optionFault(NAME, 'verbose', verbose, 'any of (0, 1, 2)');
}
