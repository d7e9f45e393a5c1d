import { openStepScope } from '../autograd/index.js';
import type { StepOutputs } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { EpochOutputs } from './epochOutputs.js';
import { EvaluationLoop, isValidationEpoch } from './evaluationLoop.js';
import type { TrainingEpochState } from './fitLoopState.js';
import { measuredBatches } from './measuredBatches.js';
import { optimizeAutomatically } from './optimization/automatic.js';
import { ManualOptimization } from './optimization/manual.js';
import type { OptimizationStep, StepResult } from './optimization/trainingStep.js';
import { Progress } from './progress.js';
import type { LoopLimits, RawBatch, RunContext } from './runContext.js';
import { stepSchedulers } from './schedulerSteps.js';

/**
 * Batches of a training epoch. A subclass of your own can take its place, `trainer.fitLoop.epochLoop = new MyEpochLoop()`, and override
 * {@link isDone}, {@link advance}, {@link optimize} and {@link validate}. Source: PyTorch Lightning, `loops/training_epoch_loop.py`.
 */
export class TrainingEpochLoop {
  readonly batches = new Progress();
  readonly optimizerSteps = new Progress(['ready', 'completed']);
  readonly zeroGrads = new Progress(['ready', 'started', 'completed']);
  readonly schedulerSteps = new Progress(['ready', 'completed']);
  readonly manualOptimization = new ManualOptimization();
  readonly validation = new EvaluationLoop('validate', true);
  /** True while batches run forward only, for what is not learned by gradients. */
  skipsBackward = false;
  readonly #outputs = new EpochOutputs();
  #batchesThatStepped = 0;
  #isLastBatch = false;
  #isMidWindow = false;
  /** True once the backward of the latest batch began. */
  #hasBatchGradients = false;
  /** When the last validation ended, or training began, by a clock that never jumps. */
  #validatedAt = 0;
  /** True while a batch has stepped and is not counted yet, since its end hook or its validation runs. */
  #isStepUncounted = false;
  /** The metrics that schedulers looked at when the checkpoint was taken. */
  #restored: Readonly<Record<string, number>> | undefined;
  /** True until an epoch begins that no checkpoint was taken in. */
  #isResuming = false;
  /** True when a checkpoint was taken after an update and before the schedulers that wait for a metric. */
  #owesPlateauSteps = false;
  /** True when a person stopped the run before the validation of its last batch. */
  #owesValidation = false;

  /** Optimizer steps taken in all; under manual optimization, those of all optimizers. */
  get globalStep(): number {
    return this.optimizerSteps.total.completed + this.manualOptimization.steps.total.completed;
  }

  /** Batches in all that ended with an optimizer step: what loggers call `step`. Counted after the validation that follows the batch. */
  get batchesThatStepped(): number {
    return this.#batchesThatStepped;
  }

  /** True when the latest batch only added to the gradients. */
  get isAccumulating(): boolean {
    return this.#isMidWindow;
  }

  /** True from when a batch was fetched until its work is done: a run that goes on from here does it again. */
  get isMidBatch(): boolean {
    return this.batches.current.ready > this.batches.current.processed;
  }

  /** True when the gradients are those of a window that goes on, without any of a batch that was not finished. */
  get hasWindowGradients(): boolean {
    return this.#isMidWindow && !(this.isMidBatch && this.#hasBatchGradients);
  }

  /** True when all batches of the epoch were done. */
  get isEpochOver(): boolean {
    return this.#isLastBatch && this.batches.current.completed === this.batches.current.ready;
  }

  /** True when a person stopped the run before the validation that follows the last batch. */
  get owesValidation(): boolean {
    return this.#owesValidation;
  }

  /** True when some batches of the epoch were done, and not all. */
  get isEpochCutShort(): boolean {
    return !this.#isLastBatch && this.batches.current.completed > 0;
  }

  /** True for the last batch of an epoch. */
  get isLastBatch(): boolean {
    return this.#isLastBatch;
  }

  /** Training begins: time until the next validation counts from here. */
  beginTraining(): void {
    this.#validatedAt = performance.now();
  }

  /** A new epoch begins at its first batch. */
  beginEpoch(): void {
    const counters = [this.batches, this.optimizerSteps, this.zeroGrads, this.schedulerSteps];
    for (const progress of counters) progress.resetCurrent();
    this.#isResuming = false;
    this.#owesValidation = false;
    this.#isLastBatch = false;
    this.#outputs.dispose();
  }

  /** Trains on the batches from where the epoch stands. */
  async run(ctx: RunContext, epoch: number): Promise<void> {
    if (this.#owesPlateauSteps) await this.#stepOnPlateau(ctx, 'step', this.batches.current.ready);
    this.#owesPlateauSteps = false;
    if (this.#owesValidation) await this.#endBatchLate(ctx, epoch);
    // A wish to stop may have come before the first batch.
    if (this.isEpochOver || this.isDone(ctx, epoch)) return;
    await ctx.signals.betweenBatches(); // a pause that came after the last batch of the epoch before
    const fed = ctx.data.train(this.batches.current.completed);
    const batches = measuredBatches(ctx.profiler, '[_TrainingEpochLoop].train_dataloader_next', fed);
    try {
      for (let raw = await batches.next(); raw; raw = await batches.next()) {
        using _scope = openStepScope(raw.owned, ctx.keeper);
        const batch = raw;
        const goesOn = ctx.profiler
          ? await ctx.profiler.section('train batch', 'batch', () => this.advance(ctx, batch, epoch))
          : await this.advance(ctx, raw, epoch);
        if (!goesOn || this.isDone(ctx, epoch)) break;
        await ctx.signals.betweenBatches(!this.#isMidWindow);
        if (!this.#isMidWindow) await ctx.signals.atBoundary();
        // Gradients are in no checkpoint, so that a stop waits for the end of their window.
        if (ctx.signals.stopRequested && !this.#isMidWindow) {
          this.#isResuming = true; // so that the same Trainer, too, may go on
          break;
        }
      }
    } finally {
      await batches.close();
    }
  }

  /** One batch, with its hooks and the validation that follows it. False when the rest of the epoch is skipped. */
  protected async advance(ctx: RunContext, raw: RawBatch, epoch: number): Promise<boolean> {
    const { batchIdx } = raw;
    this.#isLastBatch = raw.isLast;
    this.#hasBatchGradients = false;
    this.batches.count('ready');
    const batch = await ctx.hooks.transfer(raw.batch, 0); // before onTrainBatchStart: the code's order, not the docs'
    ctx.results.enterBatch(batch, undefined);
    const skipsRest = (await ctx.hooks.call('onTrainBatchStart', batch, batchIdx)) === -1;
    this.batches.count('started');
    if (skipsRest) {
      this.#isLastBatch = true;
      this.batches.count('processed');
      await this.#stepSchedulers(ctx, epoch, batchIdx, false);
      this.batches.count('completed');
      return false;
    }
    const isAccumulating = this.#isAccumulating(ctx.limits, batchIdx);
    const { skipsBackward } = this;
    const step = { batch, batchIdx, epoch, isAccumulating, skipsBackward };
    const outputs = ctx.profiler
      ? await ctx.profiler.profile('run_training_batch', () => this.#optimizeAll(ctx, step))
      : await this.#optimizeAll(ctx, step);
    this.#isMidWindow = isAccumulating;
    this.#isStepUncounted = !isAccumulating;
    this.batches.count('processed');
    await this.#stepSchedulers(ctx, epoch, batchIdx, isAccumulating);
    await ctx.hooks.call('onTrainBatchEnd', outputs, batch, batchIdx);
    this.batches.count('completed');
    ctx.results.publishTrainStep(this.#batchesThatStepped, isAccumulating);
    ctx.reporter.batchDone('train', epoch, batchIdx + 1, ctx.data.trainBatches);
    // In the midst of a window the run goes on to its end in any case, and the validation cannot be made up for.
    this.#owesValidation = ctx.signals.stopRequested && !isAccumulating && this.#isDue(ctx, epoch);
    if (this.#owesValidation) return true;
    if (this.#isDue(ctx, epoch)) await this.validate(ctx, epoch, isAccumulating);
    if (!isAccumulating) await this.#countStep(ctx, batchIdx + 1);
    return true;
  }

  /** One batch, in pieces of time where it is to be split. Returns the outputs of the last piece. */
  async #optimizeAll(ctx: RunContext, step: OptimizationStep): Promise<StepOutputs> {
    const isKept = ctx.hooks.isOverridden('trainingEpochEnd');
    if (ctx.limits.truncatedBpttSteps > 0) {
      const all = await this.#optimizePieces(ctx, step);
      if (isKept) this.#outputs.add(all);
      return all.at(-1) ?? {};
    }
    const { outputs } = await this.optimize(ctx, step);
    if (isKept && Object.keys(outputs).length > 0) this.#outputs.add(outputs);
    return outputs;
  }

  /** Each piece begins with the state that the one before ended with. */
  async #optimizePieces(ctx: RunContext, step: OptimizationStep): Promise<StepOutputs[]> {
    const pieces = await ctx.hooks.callModule('tbpttSplitBatch', step.batch, ctx.limits.truncatedBpttSteps);
    const all: StepOutputs[] = [];
    let hiddens: unknown;
    for (const [index, batch] of pieces.entries()) {
      ctx.results.enterBatch(batch, undefined);
      const result = await this.optimize(ctx, { ...step, batch, piece: { index, hiddens } });
      hiddens = result.hiddens;
      all.push(result.outputs);
    }
    return all;
  }

  /** One batch's trainingStep, backward and update; of a batch that is split in time, those of one piece. */
  protected optimize(ctx: RunContext, step: OptimizationStep): Promise<StepResult> {
    if (!ctx.module.automaticOptimization) return this.manualOptimization.run(ctx, step);
    return optimizeAutomatically(ctx, step, {
      steps: this.optimizerSteps,
      zeroGrads: this.zeroGrads,
      backwardBegins: () => {
        this.#hasBatchGradients = true;
      },
    });
  }

  /** The batches of the epoch are over: hands all their outputs to a module that wants them. */
  async endBatches({ hooks, module }: RunContext): Promise<void> {
    if (!hooks.isOverridden('trainingEpochEnd')) return;
    const returned: unknown = await hooks.callModule('trainingEpochEnd', this.#outputs.all);
    this.#outputs.dispose();
    if (returned === undefined || returned === null) return;
    throw new MisconfigurationError({
      code: 'epoch-end-output',
      found: `${module.constructor.name}.trainingEpochEnd returned a ${typeof returned}.`,
      allowed: 'nothing',
      fix: 'Log what it computes: this.log(name, value).',
      blame: module.trainingEpochEnd,
    });
  }

  /** Frees what an epoch that did not come to its end has left. */
  dispose(): void {
    this.#outputs.dispose();
  }

  /** Before the batch's end hook, so that a checkpoint of that moment has the rates of the next batch. */
  async #stepSchedulers(ctx: RunContext, epoch: number, batchIdx: number, isAccumulating: boolean): Promise<void> {
    if (ctx.schedulers.length === 0) return;
    const step = { interval: 'step', count: batchIdx + 1, onPlateau: false } as const;
    if (!isAccumulating) await stepSchedulers(ctx, step, this.schedulerSteps);
    const end = { interval: 'epoch', count: epoch + 1, onPlateau: false } as const;
    if (this.#isLastBatch) await stepSchedulers(ctx, end, this.schedulerSteps);
  }

  /**
   * Steps the schedulers that look at a metric, now that those of the epoch are known. An epoch that was cut short has none.
   * @param count number of the epoch, from 1
   */
  async endEpoch(ctx: RunContext, count: number): Promise<void> {
    if (this.#isLastBatch) await this.#stepOnPlateau(ctx, 'epoch', count);
  }

  async #stepOnPlateau(ctx: RunContext, interval: 'step' | 'epoch', count: number): Promise<void> {
    if (ctx.schedulers.length === 0) return;
    const moment = { interval, count, onPlateau: true, restored: this.#restored, isResuming: this.#isResuming };
    await stepSchedulers(ctx, moment, this.schedulerSteps);
  }

  /** What a stop came before: the validation of the last batch, and what follows it. */
  async #endBatchLate(ctx: RunContext, epoch: number): Promise<void> {
    this.#owesValidation = false;
    await this.validate(ctx, epoch, false);
    await this.#countStep(ctx, this.batches.current.ready);
  }

  /** The last thing in a batch that stepped. @param count number of the batch in its epoch, from 1 */
  async #countStep(ctx: RunContext, count: number): Promise<void> {
    await this.#stepOnPlateau(ctx, 'step', count);
    this.#batchesThatStepped++;
    this.#isStepUncounted = false;
  }

  /** The validation that is due. */
  protected async validate(ctx: RunContext, epoch: number, isAccumulating: boolean): Promise<void> {
    if (!isAccumulating) await ctx.hooks.callModule('onValidationModelZeroGrad');
    await this.validation.run(ctx, epoch, this.#batchesThatStepped);
    this.#validatedAt = performance.now();
  }

  #isAccumulating({ accumulateGradBatches }: LoopLimits, batchIdx: number): boolean {
    // The last window of an epoch steps even when it is not full.
    return !this.#isLastBatch && (batchIdx + 1) % accumulateGradBatches !== 0;
  }

  /** True when validation follows the batch that was just done. Source: `_should_check_val_fx`. */
  isValidationDue(ctx: RunContext, epoch: number): boolean {
    return !ctx.signals.stopRequested && this.#isDue(ctx, epoch);
  }

  #isDue({ limits, data, signals }: RunContext, epoch: number): boolean {
    if (!isValidationEpoch(limits, epoch)) return false;
    const isStopping = signals.shouldStop && this.#isMinimumReached(limits, epoch);
    return (isStopping || this.#isValidationTime(limits)) && data.validates;
  }

  #isValidationTime({ checkValEveryNEpoch, valCheckBatch, valCheckTime }: LoopLimits): boolean {
    if (valCheckTime !== undefined) return performance.now() - this.#validatedAt >= valCheckTime;
    if (valCheckBatch === undefined) return this.#isLastBatch;
    const batches = checkValEveryNEpoch === null ? this.batches.total.ready : this.batches.current.ready;
    return batches % valCheckBatch === 0;
  }

  #isMinimumReached({ minEpochs, minSteps }: LoopLimits, epoch: number): boolean {
    return epoch >= minEpochs && this.globalStep >= minSteps;
  }

  /** True when no batch of the epoch is to follow. Asked before the first one and after each. */
  protected isDone({ limits, signals }: RunContext, epoch: number): boolean {
    return this.isStepLimitReached(limits) || (signals.shouldStop && this.#isMinimumReached(limits, epoch));
  }

  /** True when `maxSteps` optimizer steps were taken. */
  isStepLimitReached({ maxSteps }: LoopLimits): boolean {
    return maxSteps !== -1 && this.globalStep >= maxSteps;
  }

  /** @param monitored the metrics that schedulers look at, as they are now */
  stateDict(monitored: Readonly<Record<string, number>> | undefined): TrainingEpochState {
    return {
      'epoch_loop.state_dict': {
        _batches_that_stepped: this.#batchesThatStepped,
        ...(monitored && { monitored }),
        ...(this.#isStepUncounted && { uncounted: true }),
        ...(this.#owesValidation && { owes_validation: true }),
      },
      'epoch_loop.batch_progress': { ...this.batches.stateDict(), is_last_batch: this.#isLastBatch },
      'epoch_loop.automatic_optimization.optim_progress': {
        optimizer: { step: this.optimizerSteps.stateDict(), zero_grad: this.zeroGrads.stateDict() },
      },
      'epoch_loop.scheduler_progress': this.schedulerSteps.stateDict(),
      'epoch_loop.manual_optimization.optim_step_progress': this.manualOptimization.steps.stateDict(),
      'epoch_loop.val_loop.batch_progress': {
        ...this.validation.batches.stateDict(),
        is_last_batch: this.validation.isLastBatch,
      },
    };
  }

  loadStateDict(state: TrainingEpochState): void {
    const batches = state['epoch_loop.batch_progress'];
    const { optimizer } = state['epoch_loop.automatic_optimization.optim_progress'];
    this.batches.loadStateDict(batches);
    this.#isLastBatch = batches.is_last_batch && !this.isMidBatch; // else it is done again, and has yet to be the last
    // A checkpoint that was taken inside the batch's end hook holds a batch that is done in all but that hook.
    this.batches.current.completed = this.batches.current.processed;
    this.batches.total.completed = this.batches.total.processed;
    this.batches.current.ready = this.batches.current.processed;
    this.batches.current.started = this.batches.current.processed;
    this.optimizerSteps.loadStateDict(optimizer.step);
    const manualSteps = state['epoch_loop.manual_optimization.optim_step_progress'];
    if (manualSteps) this.manualOptimization.steps.loadStateDict(manualSteps);
    // A file that was saved in the batch's end hook, or in the validation that followed, does not count that batch yet.
    const { _batches_that_stepped: counted, monitored = {}, uncounted = false } = state['epoch_loop.state_dict'];
    this.#owesValidation = state['epoch_loop.state_dict'].owes_validation ?? false;
    this.#isStepUncounted = uncounted && this.#owesValidation; // then it is counted when that is done
    this.#owesPlateauSteps = uncounted && !this.#owesValidation;
    this.#batchesThatStepped = counted + Number(this.#owesPlateauSteps);
    this.#restored = monitored;
    this.#isResuming = true;
    const schedulerSteps = state['epoch_loop.scheduler_progress'];
    if (schedulerSteps) this.schedulerSteps.loadStateDict(schedulerSteps);
    this.zeroGrads.loadStateDict(optimizer.zero_grad);
    this.validation.batches.loadStateDict(state['epoch_loop.val_loop.batch_progress']);
  }
}
