import { openTape } from '../../autograd/index.js';
import type { StepOutput, StepOutputs } from '../../core/index.js';
import { MisconfigurationError, RunError } from '../../errors/index.js';
import * as tf from '../../tf.js';
import { Progress } from '../progress.js';
import type { RunContext } from '../runContext.js';
import { type OptimizationStep, runTrainingStep, type StepResult } from './trainingStep.js';

/**
 * Optimization that the user writes out in trainingStep. The tape is open as long as the step runs: it may compute as many
 * losses as it likes, and update weights between them. Source: PyTorch Lightning, `loops/optimization/manual.py`.
 */
export class ManualOptimization {
  /** Steps of all optimizers; a checkpoint holds these counters. */
  readonly steps = new Progress(['ready', 'completed']);
  readonly #backwards = new Set<Promise<unknown>>();
  readonly #updates = new Set<Promise<unknown>>();

  /**
   * Runs trainingStep. Returns what onTrainBatchEnd is given.
   * @throws RunError when it ends before something that it should have awaited
   */
  async run(ctx: RunContext, step: OptimizationStep): Promise<StepResult> {
    using _tape = openTape();
    try {
      const { output, hiddens } = await runTrainingStep(ctx, step);
      this.checkGradientsComplete('trainingStep ended');
      if (this.#updates.size > 0) throw notAwaited('optimizer.step', 'trainingStep ended');
      return { outputs: outputsOf(ctx, output), hiddens };
    } finally {
      // They need the tape, and nobody else looks at their failures.
      await Promise.allSettled([...this.#backwards, ...this.#updates]);
    }
  }

  /** Gradients of a loss, with the hooks around it. */
  backward(ctx: RunContext, loss: tf.Tensor): Promise<void> {
    return this.#track(this.#backwards, async () => {
      const scalar = ctx.precision.preBackward(scalarOf(ctx, loss));
      await ctx.hooks.call('onBeforeBackward', scalar);
      await ctx.hooks.callModule('backward', scalar);
      await ctx.hooks.call('onAfterBackward');
    });
  }

  /** Surrounds an optimizer's step, its closure included, and counts it. */
  step<T>(work: () => Promise<T>): Promise<T> {
    return this.#track(this.#updates, async () => {
      this.steps.count('ready');
      const result = await work();
      this.steps.count('completed');
      return result;
    });
  }

  /**
   * To be called before gradients are used or cleared.
   * @param what is about to happen
   * @throws RunError while they are still being computed
   */
  checkGradientsComplete(what: string): void {
    if (this.#backwards.size > 0) throw notAwaited('manualBackward', what);
  }

  #track<T>(running: Set<Promise<unknown>>, work: () => Promise<T>): Promise<T> {
    const promise = work().finally(() => running.delete(promise));
    running.add(promise);
    return promise;
  }
}

function notAwaited(call: string, before: string): RunError {
  return new RunError({
    code: 'not-awaited',
    found: `${before} before the ${call} that came first was done.`,
    fix: call === 'manualBackward' ? 'Write await this.manualBackward(loss).' : 'Write await optimizer.step().',
  });
}

function scalarOf({ module }: RunContext, loss: tf.Tensor): tf.Scalar {
  if (loss instanceof tf.Tensor && loss.size === 1 && loss.dtype === 'float32') {
    return (loss.rank === 0 ? loss : tf.reshape(loss, [])) as tf.Scalar;
  }
  throw new MisconfigurationError({
    code: 'loss-not-scalar',
    found: `${module.constructor.name}.manualBackward was given ${loss instanceof tf.Tensor ? `a ${loss.dtype} tensor of shape [${loss.shape}]` : `a ${typeof loss}`}.`,
    allowed: 'the loss as a scalar, that is a float32 tensor with one element',
    fix: 'Reduce the loss, for example with tf.mean(loss).',
    blame: module.trainingStep,
  });
}

function outputsOf({ module }: RunContext, output: StepOutput): StepOutputs {
  if (output === undefined || output === null) return {};
  if (output instanceof tf.Tensor) return { loss: output as tf.Scalar };
  if (typeof output === 'object') return { ...(output as object) };
  throw new MisconfigurationError({
    code: 'manual-output',
    found: `${module.constructor.name}.trainingStep returned a ${typeof output}.`,
    allowed: 'under manual optimization: nothing, a tensor, or an object',
    fix: 'Return nothing: the step has called manualBackward already.',
    blame: module.trainingStep,
  });
}
