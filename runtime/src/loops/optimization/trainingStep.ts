import type { LightningModule, StepOutput, StepOutputs } from '../../core/index.js';
import { MisconfigurationError } from '../../errors/index.js';
import * as tf from '../../tf.js';
import { meanOfParts, splitForDevices } from '../dataParallel.js';
import type { RunContext } from '../runContext.js';

/** The batch to optimize on, or one of the pieces of time that it was split into. */
export interface OptimizationStep {
  readonly batch: unknown;
  readonly batchIdx: number;
  readonly epoch: number;
  /** True when this batch only adds to the gradients. */
  readonly isAccumulating: boolean;
  /** True when nothing is learned from it: trainingStep runs, backward does not. */
  readonly skipsBackward: boolean;
  /** Under truncated back-propagation: the number of the piece, and the state that the one before returned. */
  readonly piece?: { readonly index: number; readonly hiddens: unknown } | undefined;
}

/** What a step came to. */
export interface StepResult {
  /** For onTrainBatchEnd. */
  readonly outputs: StepOutputs;
  /** For the next piece of time. */
  readonly hiddens: unknown;
}

/** What trainingStep returned, its state for the next piece taken out. */
export interface TrainingStepResult {
  readonly output: StepOutput;
  readonly hiddens: unknown;
}

/**
 * Calls trainingStep, under 'dp' once for each part of the batch, and trainingStepEnd where the module has one. Source: PyTorch
 * Lightning 1.6, `loops/optimization/optimizer_loop.py` and `strategies/dp.py`.
 */
export async function runTrainingStep(ctx: RunContext, step: OptimizationStep): Promise<TrainingStepResult> {
  const { hooks, limits, module } = ctx;
  const { dataParallelDevices: devices } = limits;
  let output: unknown = await (devices === undefined
    ? callStep(ctx, step, step.batch)
    : callOnParts(ctx, step, devices));
  if (hooks.isOverridden('trainingStepEnd')) output = await hooks.callModule('trainingStepEnd', output);
  else if (devices !== undefined) output = meanOfParts(output as readonly unknown[]); // what callOnParts returned
  return takeHiddens(module, output as StepOutput, step.piece !== undefined); // checked by who uses it
}

function callStep({ hooks }: RunContext, { batchIdx, piece }: OptimizationStep, batch: unknown): unknown {
  if (piece) return hooks.callModule('trainingStep', batch, batchIdx, piece.hiddens);
  return hooks.callModule('trainingStep', batch, batchIdx);
}

/** The step's output for each part of the batch. */
async function callOnParts(ctx: RunContext, step: OptimizationStep, devices: number): Promise<unknown[]> {
  const outputs: unknown[] = [];
  for (const part of splitForDevices(step.batch, devices)) {
    ctx.results.enterBatch(part, undefined);
    outputs.push(await callStep(ctx, step, part));
  }
  ctx.results.enterBatch(step.batch, undefined);
  return outputs;
}

function takeHiddens(module: LightningModule, output: StepOutput, isTruncated: boolean): TrainingStepResult {
  const isObject = typeof output === 'object' && output !== null && !(output instanceof tf.Tensor);
  const has = isObject && 'hiddens' in output;
  if (has && isTruncated) {
    const { hiddens, ...rest } = output as { readonly hiddens: unknown; readonly loss: tf.Tensor };
    return { output: rest, hiddens };
  }
  if (!isTruncated && !has) return { output, hiddens: undefined };
  if (output === undefined || output === null) return { output, hiddens: undefined }; // skipped: the next piece begins anew
  throw new MisconfigurationError({
    code: 'tbptt-hiddens',
    found: has
      ? `${module.constructor.name}.trainingStep returned \`hiddens\`, but truncatedBpttSteps is 0.`
      : `truncatedBpttSteps is set, but ${module.constructor.name}.trainingStep returned no \`hiddens\`.`,
    fix: has
      ? 'Set truncatedBpttSteps in the module, or return it under another name.'
      : 'Return { loss, hiddens }: the state goes to the step for the next piece, trainingStep(batch, batchIdx, hiddens).',
    blame: module.trainingStep,
  });
}
