import { isParameter, type LightningModule, type NamedWeight, setRequiresGrad, weightsIn } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Optimizer, ParamGroup } from '../optim/index.js';
import type * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';

/** What can be frozen: a layer or model, a module, a variable, or lists and objects of these. */
export type ModulePart = object;

/** A parameter group as the state holds it: its options, and the names of its parameters. */
interface SavedGroup {
  readonly params: readonly string[];
  readonly [option: string]: unknown;
}

/**
 * Base of callbacks that train parts of a module only, and more of it later. Override `freezeBeforeTraining`, which comes before
 * `configureOptimizers`, and `finetuneFunction`, which is called at the start of each epoch. Give the optimizer the parameters that
 * learn at first: `this.parameters().filter((parameter) => parameter.trainable)`.
 * State: the optimizers' groups, and which parameters learn. Source: PyTorch Lightning, `callbacks/finetuning.py`.
 */
export abstract class BaseFinetuning extends Callback {
  /** By number of the optimizer: its groups. */
  #groups: Record<string, SavedGroup[]> = {};
  /** Names of the parameters that learned when the state was saved; undefined unless a run goes on. */
  #restoredTrainable: readonly string[] | undefined;
  #module: LightningModule | undefined;

  /** Freeze what is not to learn at first, with {@link freeze}. */
  abstract freezeBeforeTraining(module: LightningModule): void | Promise<void>;

  /** Unfreeze what is to learn from this epoch on, with {@link unfreezeAndAddParamGroup}. @param epoch from 0 */
  abstract finetuneFunction(module: LightningModule, epoch: number, optimizer: Optimizer): void | Promise<void>;

  /** Freezes parameters. @param trainBn leave those of batch normalizations learning; default true */
  freeze(modules: ModulePart, trainBn = true): void {
    const weights = weightsIn(modules);
    if (trainBn) setRequiresGrad(parametersOf(weights, true), true); // also what another freezing had left
    setRequiresGrad(parametersOf(weights, !trainBn), false);
  }

  /** Lets parameters learn. */
  makeTrainable(modules: ModulePart): void {
    setRequiresGrad(parametersOf(weightsIn(modules), true), true);
  }

  /**
   * The parameters that learn, or those that do not.
   * @param trainBn with those of batch normalizations; default true
   */
  filterParams(modules: ModulePart, trainBn = true, requiresGrad = true): tf.Variable[] {
    return parametersOf(weightsIn(modules), trainBn).filter(({ trainable }) => trainable === requiresGrad);
  }

  /** The parameters that the optimizer does not have yet; warns of the others. */
  filterOnOptimizer(optimizer: Optimizer, params: Iterable<tf.Variable>): tf.Variable[] {
    const present = new Set(optimizer.parameters);
    const all = [...params];
    const added = all.filter((parameter) => !present.has(parameter));
    if (added.length < all.length) {
      process.emitWarning(
        'The provided params to be frozen already exist within another group of this optimizer. Those parameters will be skipped. ' +
          'HINT: did you init your optimizer with the parameters that learn, this.parameters().filter((parameter) => parameter.trainable)?',
      );
    }
    return added;
  }

  /**
   * Lets parameters learn, as a new group of the optimizer.
   * @param lr default: the rate of its first group divided by `initialDenomLr`
   */
  unfreezeAndAddParamGroup(
    modules: ModulePart,
    optimizer: Optimizer,
    { lr, initialDenomLr = 10, trainBn = true }: { lr?: number; initialDenomLr?: number; trainBn?: boolean } = {},
  ): void {
    this.makeTrainable(modules);
    const params = this.filterOnOptimizer(optimizer, this.filterParams(modules, trainBn));
    if (params.length === 0) return;
    optimizer.addParamGroup({ params, lr: lr ?? (optimizer.paramGroups[0]?.lr ?? 0) / initialDenomLr });
  }

  override async setup(_trainer: Trainer, module: LightningModule): Promise<void> {
    this.#module = module;
    await this.freezeBeforeTraining(module);
  }

  override onFitStart(trainer: Trainer, module: LightningModule): void {
    const trainable = this.#restoredTrainable;
    this.#restoredTrainable = undefined;
    if (!trainable) return;
    const parameters = new Map(module.namedParameters());
    for (const [name, parameter] of parameters) setRequiresGrad([parameter], trainable.includes(name));
    for (const [index, optimizer] of trainer.optimizers.entries()) {
      const saved = this.#groups[index];
      if (saved) putBack(optimizer, saved, parameters);
    }
  }

  override async onTrainEpochStart(trainer: Trainer, module: LightningModule): Promise<void> {
    const names = new Map(module.namedParameters().map(([name, parameter]) => [parameter, name]));
    for (const [index, optimizer] of trainer.optimizers.entries()) {
      const before = optimizer.paramGroups.length;
      await this.finetuneFunction(module, trainer.currentEpoch, optimizer);
      const stored = this.#groups[index];
      const added = optimizer.paramGroups.slice(stored ? before : 0);
      this.#groups[index] = [...(stored ?? []), ...added.map((group) => toSaved(group, names))];
    }
  }

  override stateDict(): Record<string, unknown> {
    const parameters = this.#module?.namedParameters() ?? [];
    return {
      internal_optimizer_metadata: this.#groups,
      trainable: parameters.filter(([, { trainable }]) => trainable).map(([name]) => name),
    };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    const { internal_optimizer_metadata: groups, trainable } = state;
    this.#groups = typeof groups === 'object' && groups !== null ? { ...(groups as Record<string, SavedGroup[]>) } : {};
    this.#restoredTrainable = Array.isArray(trainable) ? trainable.map(String) : undefined;
  }
}

/** The parameters among weights. @param withBatchNorm whether those of batch normalizations, too */
function parametersOf(weights: readonly NamedWeight[], withBatchNorm: boolean): tf.Variable[] {
  const owners = new Set(weights.filter(({ name }) => RUNNING_MEAN.test(name)).map(({ name }) => ownerOf(name)));
  return weights
    .filter(({ name, variable }) => isParameter(variable) && (withBatchNorm || !owners.has(ownerOf(name))))
    .map(({ variable }) => variable);
}

/** A batch normalization is told by what it keeps besides its parameters. */
const RUNNING_MEAN = /(^|\.)(running|moving)_?mean$/i;

function ownerOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function toSaved({ params, ...options }: ParamGroup, names: ReadonlyMap<tf.Variable, string>): SavedGroup {
  return { ...options, params: params.map((parameter) => names.get(parameter) ?? '') };
}

function putBack(
  optimizer: Optimizer,
  saved: readonly SavedGroup[],
  parameters: ReadonlyMap<string, tf.Variable>,
): void {
  const groups = saved.map(({ params, ...options }) => {
    const members = params.map((name) => {
      const parameter = parameters.get(name);
      if (parameter) return parameter;
      throw new MisconfigurationError({
        code: 'finetuning-state',
        found: `The checkpoint's optimizer trained '${name}', which the module does not have.`,
        fix: 'Was the module built with the same layers as the one that was saved?',
      });
    });
    return { ...options, params: members } as unknown as ParamGroup; // as it was saved from one
  });
  optimizer.paramGroups.splice(0, optimizer.paramGroups.length, ...groups);
}
