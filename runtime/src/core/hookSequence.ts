/**
 * The order in which a run calls hooks, as a tree: loops stay loops, and what happens only sometimes says when. Plain data from
 * plain data, so that tools show it without an engine; a test compares it with runs of the Trainer.
 * Source: PyTorch Lightning 2.6, `loops/`; what was recorded from it is in `trainer/hookOrder.test.ts`.
 */
import type { RunKind } from '../protocol/index.js';
import { evaluationSequence } from './evaluationSequence.js';
import type { HookName } from './hookTable.js';
import { SequenceParts } from './sequenceParts.js';
import { trainingSequence } from './trainingSequence.js';

/** Who defines which hooks. */
export interface SequenceOwner {
  /** Name of the class. */
  readonly name: string;
  /** True when the class, or one of its bases but the package's own, defines the hook. */
  has(hook: HookName): boolean;
}

/** A callback of the Trainer. */
export interface SequenceCallback extends SequenceOwner {
  /** Judges what others logged, as EarlyStopping: its onTrainEpochEnd comes after the module's. */
  readonly isMonitor?: boolean;
}

/** A learning rate scheduler that configureOptimizers returns. */
export interface SequenceScheduler {
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  /** Waits for a metric. */
  readonly onPlateau: boolean;
}

/** What a run's sequence depends on. */
export interface SequenceFacts {
  readonly kind: RunKind;
  readonly module: SequenceOwner;
  readonly datamodule?: SequenceOwner | undefined;
  /** In calling order. */
  readonly callbacks: readonly SequenceCallback[];
  /** The Trainer's options as they are given; what is missing, or no plain value, counts as its default. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly automaticOptimization: boolean;
  /** True where loaders are handed to the entry point: no hook is asked for them. */
  readonly loadersGiven: boolean;
  /** Undefined: nobody knows, so that one that may be due is shown. */
  readonly schedulers?: readonly SequenceScheduler[] | undefined;
}

/** One call of a hook. */
export interface SequenceCall {
  readonly type: 'call';
  readonly hook: HookName;
  readonly owner: 'module' | 'datamodule' | 'callback';
  /** Name of the class. */
  readonly by: string;
  /** False: the default of the base class runs. */
  readonly isOverridden: boolean;
  /** What is called before the hook returns: optimizerStep runs trainingStep. */
  readonly children: readonly SequenceNode[];
}

/** Something that is repeated. */
export interface SequenceLoop {
  readonly type: 'loop';
  readonly over: 'epochs' | 'trainingBatches' | 'evaluationBatches' | 'pieces' | 'parts' | 'losses' | 'updates';
  /** How often at most; null where only the run can tell. */
  readonly atMost: number | null;
  readonly label: string;
  readonly children: readonly SequenceNode[];
}

/** When something happens that does not always happen. */
export type SequenceMoment =
  /** The first batch of those whose gradients are added up. */
  | { readonly kind: 'windowBegins'; readonly batches: number }
  /** The last of them, and the last batch of the epoch. */
  | { readonly kind: 'windowEnds'; readonly batches: number }
  | { readonly kind: 'windowGoesOn'; readonly batches: number }
  | { readonly kind: 'everyBatches'; readonly batches: number; readonly acrossEpochs: boolean }
  | { readonly kind: 'everyFraction'; readonly fraction: number }
  | { readonly kind: 'everyEpochs'; readonly epochs: number }
  | { readonly kind: 'lastBatch' }
  | { readonly kind: 'loadersDue'; readonly stage: 'train' | 'validate'; readonly everyEpochs: number }
  | { readonly kind: 'schedulerDue'; readonly interval: 'epoch' | 'step'; readonly onPlateau: boolean }
  /** Only the run knows: the time that passed. */
  | { readonly kind: 'timePassed' };

/** Something that happens at some moments only. */
export interface SequenceCondition {
  readonly type: 'when';
  readonly moment: SequenceMoment;
  readonly label: string;
  readonly children: readonly SequenceNode[];
}

/** A part of the sequence. */
export type SequenceNode = SequenceCall | SequenceLoop | SequenceCondition;

/** All that a run calls, in order, unless it fails or is stopped. Hooks of checkpoints are left out: a callback decides on those. */
export function hookSequence(facts: SequenceFacts): readonly SequenceNode[] {
  const parts = new SequenceParts(facts);
  return [
    parts.module('configureCallbacks'),
    ...parts.datamodule('prepareData'),
    ...parts.moduleIfOverridden('prepareData'),
    ...parts.datamodule('setup'),
    ...parts.all('setup'),
    ...parts.moduleIfOverridden('configureModel'),
    ...(facts.kind === 'fit' ? fitSequence(parts) : evaluationSequence(parts, facts.kind)),
    ...parts.datamodule('teardown'),
    ...parts.all('teardown'),
  ];
}

function fitSequence(parts: SequenceParts): readonly SequenceNode[] {
  return [
    parts.module('configureOptimizers'),
    ...parts.all('onFitStart'),
    ...sanityCheck(parts),
    ...trainingSequence(parts),
    ...parts.all('onFitEnd'),
  ];
}

function sanityCheck(parts: SequenceParts): readonly SequenceNode[] {
  if (!parts.checksSanity) return [];
  return [
    ...parts.callbacks('onSanityCheckStart'),
    ...evaluationSequence(parts, 'sanity-check'),
    ...parts.callbacks('onSanityCheckEnd'),
  ];
}
