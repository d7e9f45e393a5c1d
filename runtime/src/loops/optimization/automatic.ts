import { openTape } from '../../autograd/index.js';
import type { LightningModule, OptimizerClosure, StepOutput, StepOutputs } from '../../core/index.js';
import { MisconfigurationError } from '../../errors/index.js';
import * as tf from '../../tf.js';
import type { Progress } from '../progress.js';
import type { RunContext } from '../runContext.js';
import { type OptimizationStep, runTrainingStep, type StepResult } from './trainingStep.js';

/** What is counted under automatic optimization. */
export interface OptimizationProgress {
  readonly steps: Progress;
  readonly zeroGrads: Progress;
  /** Called when the gradients are about to be those of this batch, too. */
  backwardBegins(): void;
}

/**
 * One batch under automatic optimization: a closure of trainingStep, zeroGrad and backward, run by the optimizer's step, or
 * alone while gradients are accumulated. Returns what onTrainBatchEnd is given.
 */
export async function optimizeAutomatically(
  ctx: RunContext,
  step: OptimizationStep,
  { steps, zeroGrads, backwardBegins }: OptimizationProgress,
): Promise<StepResult> {
  const { hooks, optimizers } = ctx;
  let outputs: StepOutputs = {};
  let hiddens: unknown;
  const closure: OptimizerClosure = async () => {
    using tape = openTape();
    const { output, ...state } = await runTrainingStep(ctx, step);
    hiddens = state.hiddens;
    const loss = lossOf(ctx, output);
    const { accumulateGradBatches } = ctx.limits;
    // Also without a loss: the optimizer steps all the same, and must not find the gradients of the batch before.
    if (isFirstOfWindow(step, accumulateGradBatches) && !step.skipsBackward) await clearGradients(ctx, step, zeroGrads);
    if (!loss) {
      warnOfNoLoss(ctx.module);
      return undefined;
    }
    const scaled = accumulateGradBatches === 1 ? loss : tf.div<tf.Scalar>(loss, accumulateGradBatches);
    outputs = { ...(output instanceof tf.Tensor ? {} : (output as object)), loss: scaled };
    if (step.skipsBackward) return scaled;
    const target = ctx.precision.preBackward(scaled);
    await hooks.call('onBeforeBackward', target);
    backwardBegins();
    await hooks.callModule('backward', target);
    tape[Symbol.dispose](); // frees what only gradients needed, before the update needs memory of its own
    await hooks.call('onAfterBackward');
    return scaled;
  };
  const [optimizer] = optimizers;
  if (step.isAccumulating || !optimizer) {
    await closure();
  } else {
    // Counted here and not in the optimizer: an optimizerStep of the user's may step seldom, or several times.
    steps.count('ready');
    await hooks.callModule('optimizerStep', step.epoch, step.batchIdx, optimizer, closure);
    steps.count('completed');
  }
  return { outputs, hiddens };
}

/** Of a batch that was split in time, each piece has its own update, unless gradients are summed up over batches. */
function isFirstOfWindow({ batchIdx, piece }: OptimizationStep, accumulateGradBatches: number): boolean {
  if (accumulateGradBatches === 1) return true;
  return batchIdx % accumulateGradBatches === 0 && (piece?.index ?? 0) === 0;
}

async function clearGradients(
  { hooks, optimizers }: RunContext,
  step: OptimizationStep,
  zeroGrads: Progress,
): Promise<void> {
  for (const { optimizer } of optimizers) {
    zeroGrads.count('ready');
    await hooks.call('onBeforeZeroGrad', optimizer);
    zeroGrads.count('started');
    await hooks.callModule('optimizerZeroGrad', step.epoch, step.batchIdx, optimizer);
    zeroGrads.count('completed');
  }
}

/** The loss in what trainingStep returned. @throws MisconfigurationError when it is none */
function lossOf({ module }: RunContext, output: StepOutput): tf.Scalar | undefined {
  if (output === undefined || output === null) return undefined;
  const loss: unknown = output instanceof tf.Tensor ? output : (output as { loss?: unknown }).loss;
  if (loss instanceof tf.Tensor && loss.size === 1 && loss.dtype === 'float32') {
    return (loss.rank === 0 ? loss : tf.reshape(loss, [])) as tf.Scalar;
  }
  throw new MisconfigurationError({
    code: 'loss-not-scalar',
    found: `${module.constructor.name}.trainingStep returned ${describe(output, loss)}.`,
    allowed:
      'the loss as a scalar, that is a float32 tensor with one element, an object that holds it as `loss`, or nothing to skip the batch',
    fix:
      loss instanceof tf.Tensor && loss.size !== 1
        ? 'Reduce the loss, for example with tf.mean(loss).'
        : 'Return the loss tensor.',
    blame: module.trainingStep,
  });
}

const warned = new WeakSet<LightningModule>();

function warnOfNoLoss(module: LightningModule): void {
  if (warned.has(module)) return;
  warned.add(module);
  process.emitWarning(
    `${module.constructor.name}.trainingStep returned none: there is no loss, and the update is skipped.`,
  );
}

function describe(output: unknown, loss: unknown): string {
  if (loss instanceof tf.Tensor) return `a ${loss.dtype} tensor of shape [${loss.shape}]`;
  if (typeof output === 'object' && output !== null && loss === undefined) {
    return `an object without a loss (it has: ${Object.keys(output).join(', ') || 'nothing'})`;
  }
  return `a ${typeof (loss ?? output)}`;
}
