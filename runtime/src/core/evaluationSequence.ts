import type { SequenceNode } from './hookSequence.js';
import type { HookName } from './hookTable.js';
import type { SequenceParts } from './sequenceParts.js';

/** Hook names of an evaluation, in the order of their calls. Null: there is no such hook. */
interface EvaluationHooks {
  readonly loader: HookName;
  readonly eval: HookName;
  readonly start: HookName;
  readonly epochStart: HookName;
  readonly batchStart: HookName;
  readonly step: HookName;
  readonly stepEnd: HookName | null;
  readonly batchEnd: HookName;
  readonly outputs: HookName | null;
  readonly epochEnd: HookName;
  readonly end: HookName;
  readonly train: HookName | null;
}

const VALIDATION: EvaluationHooks = {
  loader: 'valDataloader',
  eval: 'onValidationModelEval',
  start: 'onValidationStart',
  epochStart: 'onValidationEpochStart',
  batchStart: 'onValidationBatchStart',
  step: 'validationStep',
  stepEnd: 'validationStepEnd',
  batchEnd: 'onValidationBatchEnd',
  outputs: 'validationEpochEnd',
  epochEnd: 'onValidationEpochEnd',
  end: 'onValidationEnd',
  train: 'onValidationModelTrain',
};

const HOOKS_OF = {
  validate: VALIDATION,
  'sanity-check': VALIDATION,
  test: {
    loader: 'testDataloader',
    eval: 'onTestModelEval',
    start: 'onTestStart',
    epochStart: 'onTestEpochStart',
    batchStart: 'onTestBatchStart',
    step: 'testStep',
    stepEnd: 'testStepEnd',
    batchEnd: 'onTestBatchEnd',
    outputs: 'testEpochEnd',
    epochEnd: 'onTestEpochEnd',
    end: 'onTestEnd',
    train: 'onTestModelTrain',
  },
  predict: {
    loader: 'predictDataloader',
    eval: 'onPredictModelEval',
    start: 'onPredictStart',
    epochStart: 'onPredictEpochStart',
    batchStart: 'onPredictBatchStart',
    step: 'predictStep',
    stepEnd: null,
    batchEnd: 'onPredictBatchEnd',
    outputs: null,
    epochEnd: 'onPredictEpochEnd',
    end: 'onPredictEnd',
    train: null,
  },
} as const satisfies Record<string, EvaluationHooks>;

/** One whole evaluation, its loader included. */
export function evaluationSequence(
  parts: SequenceParts,
  stage: 'sanity-check' | 'validate' | 'test' | 'predict',
): readonly SequenceNode[] {
  const { limits, numSanityValSteps } = parts.options;
  const limit = limits[stage === 'sanity-check' ? 'validate' : stage];
  if (limit === 0) return []; // without a batch there is nothing to load or to call
  const loader = parts.loader(HOOKS_OF[stage].loader);
  if (stage !== 'sanity-check') return [...loader, ...evaluationRun(parts, stage, limit)];
  const few = numSanityValSteps === -1 ? limit : Math.min(numSanityValSteps, limit ?? numSanityValSteps);
  return [...loader, ...evaluationRun(parts, 'validate', few)];
}

/** An evaluation whose loader is there. @param atMost batches; null where only the loader knows */
export function evaluationRun(
  parts: SequenceParts,
  stage: 'validate' | 'test' | 'predict',
  atMost: number | null,
): readonly SequenceNode[] {
  const hooks: EvaluationHooks = HOOKS_OF[stage];
  const ifOverridden = (hook: HookName | null) => (hook === null ? [] : parts.moduleIfOverridden(hook));
  const step: readonly SequenceNode[] = [parts.module(hooks.step)];
  return [
    parts.module(hooks.eval),
    ...parts.all(hooks.start),
    ...parts.all(hooks.epochStart),
    {
      type: 'loop',
      over: 'evaluationBatches',
      atMost,
      label: `each ${stage === 'validate' ? 'validation' : stage === 'test' ? 'test' : 'prediction'} batch`,
      children: [
        ...parts.transfer(),
        ...parts.all(hooks.batchStart),
        ...(stage === 'predict' ? step : splitOverDevices(parts, step)),
        ...ifOverridden(hooks.stepEnd),
        ...parts.all(hooks.batchEnd),
      ],
    },
    ...ifOverridden(hooks.outputs),
    ...parts.all(hooks.epochEnd),
    ...parts.all(hooks.end),
    ...(hooks.train === null ? [] : [parts.module(hooks.train)]),
  ];
}

/** Under 'dp' a step is called once for each device. */
export function splitOverDevices(
  { options }: SequenceParts,
  children: readonly SequenceNode[],
): readonly SequenceNode[] {
  if (options.parts === undefined) return children;
  return [{ type: 'loop', over: 'parts', atMost: options.parts, label: 'each part of the batch', children }];
}
