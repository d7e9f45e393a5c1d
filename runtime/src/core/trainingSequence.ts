import { evaluationRun, splitOverDevices } from './evaluationSequence.js';
import type { SequenceNode } from './hookSequence.js';
import { type SequenceParts, when } from './sequenceParts.js';

/** Training, from its loaders to onTrainEnd; nothing when no batch is let through. */
export function trainingSequence(parts: SequenceParts): readonly SequenceNode[] {
  const { limits, maxEpochs } = parts.options;
  if (limits.train === 0) return [];
  const loader = parts.loader('trainDataloader');
  if (maxEpochs === 0) return loader;
  return [
    ...loader,
    ...(parts.validates && !parts.checksSanity && isValidatedFirst(parts) ? parts.loader('valDataloader') : []),
    ...parts.all('onTrainStart'),
    { type: 'loop', over: 'epochs', atMost: maxEpochs, label: 'each epoch', children: epoch(parts) },
    ...parts.all('onTrainEnd'),
  ];
}

/** True when the first epoch has a validation: its loader is asked for before training begins. */
function isValidatedFirst({ options: { checkValEveryNEpoch } }: SequenceParts): boolean {
  return checkValEveryNEpoch === null || checkValEveryNEpoch === 1;
}

function epoch(parts: SequenceParts): readonly SequenceNode[] {
  const { limits } = parts.options;
  return [
    ...reload(parts, 'train'),
    ...parts.all('onTrainEpochStart'),
    {
      type: 'loop',
      over: 'trainingBatches',
      atMost: limits.train,
      label: 'each training batch',
      children: batch(parts),
    },
    ...parts.moduleIfOverridden('trainingEpochEnd'),
    ...parts.callbacks('onTrainEpochEnd', 'others'),
    parts.module('onTrainEpochEnd'),
    ...parts.callbacks('onTrainEpochEnd', 'monitors'),
    ...parts.schedulers('epoch', true),
  ];
}

/** Loaders that are asked for again. */
function reload(parts: SequenceParts, stage: 'train' | 'validate'): readonly SequenceNode[] {
  const epochs = parts.options.reloadDataloadersEveryNEpochs;
  const moment = { kind: 'loadersDue', stage, everyEpochs: epochs } as const;
  const loader = parts.loader(stage === 'train' ? 'trainDataloader' : 'valDataloader');
  if (epochs > 0) return when(moment, `every ${plural(epochs, 'epoch')}, after the first`, loader);
  // A first epoch without a sanity check and without a validation leaves it to the first validation.
  const isLate = stage === 'validate' && !parts.checksSanity && !isValidatedFirst(parts);
  return isLate ? when(moment, 'the first time', loader) : [];
}

function batch(parts: SequenceParts): readonly SequenceNode[] {
  return [
    ...parts.transfer(),
    ...parts.all('onTrainBatchStart'),
    ...optimization(parts),
    ...atWindowEnd(parts, parts.schedulers('step', false)),
    ...when({ kind: 'lastBatch' }, 'the last batch of the epoch', parts.schedulers('epoch', false)),
    ...parts.all('onTrainBatchEnd'),
    ...validation(parts),
    ...atWindowEnd(parts, parts.schedulers('step', true)),
  ];
}

/** trainingStep, backward and update; with truncated back-propagation once for each piece of time. */
function optimization(parts: SequenceParts): readonly SequenceNode[] {
  const one = parts.facts.automaticOptimization ? automatic(parts) : manual(parts);
  if (parts.options.truncatedBpttSteps === 0) return one;
  return [
    parts.module('tbpttSplitBatch'),
    { type: 'loop', over: 'pieces', atMost: null, label: 'each piece of time', children: one },
  ];
}

function automatic(parts: SequenceParts): readonly SequenceNode[] {
  const closure = [...step(parts), ...zeroGrad(parts), ...backward(parts)];
  const update = parts.module('optimizerStep', [
    ...closure,
    ...parts.all('onBeforeOptimizerStep'),
    parts.module('configureGradientClipping'),
  ]);
  const batches = parts.options.accumulateGradBatches;
  if (batches === 1) return [update];
  return [
    ...when({ kind: 'windowGoesOn', batches }, 'gradients are being added up', closure),
    ...atWindowEnd(parts, [update]),
  ];
}

/** What trainingStep calls itself, for each loss and each update that it has. */
function manual(parts: SequenceParts): readonly SequenceNode[] {
  const inside: readonly SequenceNode[] = [
    { type: 'loop', over: 'losses', atMost: null, label: 'each manualBackward(loss)', children: backward(parts) },
    {
      type: 'loop',
      over: 'updates',
      atMost: null,
      label: 'each optimizer.step()',
      children: parts.all('onBeforeOptimizerStep'),
    },
  ];
  return [
    ...splitOverDevices(parts, [parts.module('trainingStep', inside)]),
    ...parts.moduleIfOverridden('trainingStepEnd'),
  ];
}

function step(parts: SequenceParts): readonly SequenceNode[] {
  return [...splitOverDevices(parts, [parts.module('trainingStep')]), ...parts.moduleIfOverridden('trainingStepEnd')];
}

function zeroGrad(parts: SequenceParts): readonly SequenceNode[] {
  const batches = parts.options.accumulateGradBatches;
  const clear = [...parts.all('onBeforeZeroGrad'), parts.module('optimizerZeroGrad')];
  if (batches === 1) return clear;
  return when({ kind: 'windowBegins', batches }, `the first of ${batches} batches`, clear);
}

function backward(parts: SequenceParts): readonly SequenceNode[] {
  return [...parts.all('onBeforeBackward'), parts.module('backward'), ...parts.all('onAfterBackward')];
}

/** What happens with an update only. */
function atWindowEnd(parts: SequenceParts, children: readonly SequenceNode[]): readonly SequenceNode[] {
  const batches = parts.options.accumulateGradBatches;
  if (batches === 1) return children;
  return when({ kind: 'windowEnds', batches }, `the last of ${batches} batches, or of the epoch`, children);
}

/** The validation inside fit, with when it is due. */
function validation(parts: SequenceParts): readonly SequenceNode[] {
  if (!parts.validates) return [];
  const { checkValEveryNEpoch, valCheckInterval, limits } = parts.options;
  const whole = [
    ...atWindowEnd(parts, [parts.module('onValidationModelZeroGrad')]),
    ...reload(parts, 'validate'),
    ...evaluationRun(parts, 'validate', limits.validate),
  ];
  const inEpoch = whenInEpoch(valCheckInterval, checkValEveryNEpoch === null, whole);
  if (checkValEveryNEpoch === null || checkValEveryNEpoch === 1) return inEpoch;
  return when(
    { kind: 'everyEpochs', epochs: checkValEveryNEpoch },
    `every ${plural(checkValEveryNEpoch, 'epoch')}`,
    inEpoch,
  );
}

function whenInEpoch(
  interval: SequenceParts['options']['valCheckInterval'],
  acrossEpochs: boolean,
  children: readonly SequenceNode[],
): readonly SequenceNode[] {
  if (interval === 'time') return when({ kind: 'timePassed' }, 'valCheckInterval has passed', children);
  if ('batches' in interval) {
    const { batches } = interval;
    const label = `every ${plural(batches, 'batch')}${acrossEpochs ? ', counted across epochs' : ''}`;
    return when({ kind: 'everyBatches', batches, acrossEpochs }, label, children);
  }
  const { fraction } = interval;
  if (fraction === 1) return when({ kind: 'lastBatch' }, 'the last batch of the epoch', children);
  return when({ kind: 'everyFraction', fraction }, `every ${fraction * 100} % of the epoch`, children);
}

/** `epoch`, `2 epochs`. */
function plural(count: number, what: 'epoch' | 'batch'): string {
  if (count === 1) return what;
  return `${count} ${what === 'batch' ? 'batches' : 'epochs'}`;
}
