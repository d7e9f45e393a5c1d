import type { SequenceCall, SequenceFacts, SequenceMoment, SequenceNode, SequenceOwner } from './hookSequence.js';
import type { HookName } from './hookTable.js';
import { type SequenceOptions, sequenceOptions } from './sequenceOptions.js';

const TRANSFER = ['onBeforeBatchTransfer', 'transferBatchToDevice', 'onAfterBatchTransfer'] as const;

/** Makes the parts that sequences are put together from, for one run's facts. */
export class SequenceParts {
  readonly options: SequenceOptions;

  constructor(readonly facts: SequenceFacts) {
    this.options = sequenceOptions(facts.options);
  }

  /** True when fit has validations: there are loaders, a step, and no limit of 0. */
  get validates(): boolean {
    return this.has('validationStep') && this.hasLoader('valDataloader') && this.options.limits.validate !== 0;
  }

  get checksSanity(): boolean {
    return this.validates && this.options.numSanityValSteps !== 0;
  }

  /** True when the module defines the hook itself. */
  has(hook: HookName): boolean {
    return this.facts.module.has(hook);
  }

  /** True when somebody provides the loader. */
  hasLoader(hook: HookName): boolean {
    return this.facts.loadersGiven || this.has(hook) || this.facts.datamodule?.has(hook) === true;
  }

  /** The module's own call, its default included. */
  module(hook: HookName, children: readonly SequenceNode[] = []): SequenceCall {
    return callOf('module', this.facts.module, hook, children);
  }

  /** The module's call, for hooks whose default is not called at all. */
  moduleIfOverridden(hook: HookName): readonly SequenceNode[] {
    return this.has(hook) ? [this.module(hook)] : [];
  }

  datamodule(hook: HookName): readonly SequenceNode[] {
    const { datamodule } = this.facts;
    return datamodule ? [callOf('datamodule', datamodule, hook)] : [];
  }

  /** The callbacks that define the hook. */
  callbacks(hook: HookName, which: 'all' | 'monitors' | 'others' = 'all'): readonly SequenceNode[] {
    return this.facts.callbacks
      .filter(({ isMonitor = false }) => which === 'all' || isMonitor === (which === 'monitors'))
      .filter((callback) => callback.has(hook))
      .map((callback) => callOf('callback', callback, hook));
  }

  /** The callbacks, then the module. */
  all(hook: HookName): readonly SequenceNode[] {
    return [...this.callbacks(hook), this.module(hook)];
  }

  /** Asks for a loader: the data module, else the module; nobody where it was handed over. */
  loader(hook: HookName): readonly SequenceNode[] {
    const { datamodule, loadersGiven } = this.facts;
    if (loadersGiven) return [];
    if (datamodule?.has(hook)) return this.datamodule(hook);
    return this.moduleIfOverridden(hook);
  }

  /** Moves a batch: each of the three hooks is the data module's where it has it, else the module's. */
  transfer(): readonly SequenceNode[] {
    const { datamodule } = this.facts;
    return TRANSFER.flatMap((hook) => (datamodule?.has(hook) ? this.datamodule(hook) : this.moduleIfOverridden(hook)));
  }

  /** A scheduler's step, where one is due or may be. */
  schedulers(interval: 'epoch' | 'step', onPlateau: boolean): readonly SequenceNode[] {
    const { automaticOptimization, schedulers } = this.facts;
    if (!automaticOptimization || !this.has('configureOptimizers')) return [];
    const isPossible =
      !schedulers || schedulers.some((each) => each.interval === interval && each.onPlateau === onPlateau);
    if (!isPossible) return [];
    const what = onPlateau ? 'a scheduler that waits for a metric' : 'a learning rate scheduler';
    return when({ kind: 'schedulerDue', interval, onPlateau }, `${what} is due, each ${interval}`, [
      this.module('lrSchedulerStep'),
    ]);
  }
}

/** What happens at some moments only; nothing for nothing. */
export function when(
  moment: SequenceMoment,
  label: string,
  children: readonly SequenceNode[],
): readonly SequenceNode[] {
  return children.length === 0 ? [] : [{ type: 'when', moment, label, children }];
}

function callOf(
  owner: SequenceCall['owner'],
  by: SequenceOwner,
  hook: HookName,
  children: readonly SequenceNode[] = [],
): SequenceCall {
  return { type: 'call', hook, owner, by: by.name, isOverridden: by.has(hook), children };
}
