import { openStepScope, openTape } from '../autograd/index.js';
import type { HookName } from '../core/index.js';
import { splitForDevices } from './dataParallel.js';
import { EpochOutputs } from './epochOutputs.js';
import { checkLoaderIndex } from './loaderIndexChecks.js';
import { measuredBatches } from './measuredBatches.js';
import { Progress } from './progress.js';
import type { EvaluationStage, LoopLimits, ModuleHookName, RawBatch, RunContext } from './runContext.js';

/** Hook names of an evaluation. The sanity check uses validation's. */
const HOOK_NAMES = {
  validate: {
    eval: 'onValidationModelEval',
    train: 'onValidationModelTrain',
    start: 'onValidationStart',
    end: 'onValidationEnd',
    epochStart: 'onValidationEpochStart',
    epochEnd: 'onValidationEpochEnd',
    batchStart: 'onValidationBatchStart',
    step: 'validationStep',
    stepEnd: 'validationStepEnd',
    outputs: 'validationEpochEnd',
    batchEnd: 'onValidationBatchEnd',
  },
  test: {
    eval: 'onTestModelEval',
    train: 'onTestModelTrain',
    start: 'onTestStart',
    end: 'onTestEnd',
    epochStart: 'onTestEpochStart',
    epochEnd: 'onTestEpochEnd',
    batchStart: 'onTestBatchStart',
    step: 'testStep',
    stepEnd: 'testStepEnd',
    outputs: 'testEpochEnd',
    batchEnd: 'onTestBatchEnd',
  },
} as const satisfies Record<'validate' | 'test', Record<string, HookName & ModuleHookName>>;

/** What waiting for a batch is called in profiles, as PyTorch Lightning calls it. */
const NEXT = { validate: '[_EvaluationLoop].val_next', test: '[_EvaluationLoop].test_next' } as const;

/** Validation and test. Source: PyTorch Lightning, `loops/evaluation_loop.py`. */
export class EvaluationLoop {
  readonly batches = new Progress();
  readonly #kind: 'validate' | 'test';
  readonly #runsToEnd: boolean;
  /** How often it ran to its end, the sanity check not counted. Put back after a search, whose runs do not count. */
  runs = 0;
  #isLastBatch = false;

  /** @param runsToEnd true within training, where half a validation would decide which weights are the best: a stop waits for it then */
  constructor(kind: 'validate' | 'test', runsToEnd = false) {
    this.#kind = kind;
    this.#runsToEnd = runsToEnd;
  }

  /** True when the latest batch was the last of its loader. */
  get isLastBatch(): boolean {
    return this.#isLastBatch;
  }

  /**
   * Runs all batches of all loaders, without gradients unless `inferenceMode` is false. Without any batch, only the loaders are asked for.
   * @param stepIndex what loggers call `step`
   * @param stage 'sanity-check' for the batches ahead of training
   */
  async run(ctx: RunContext, epoch: number, stepIndex: number, stage: EvaluationStage = this.#kind): Promise<void> {
    const work = () => this.#run(ctx, epoch, stepIndex, stage);
    await (ctx.profiler ? ctx.profiler.section(stage, 'epoch', work) : work());
  }

  async #run(ctx: RunContext, epoch: number, stepIndex: number, stage: EvaluationStage): Promise<void> {
    const { hooks, results, reporter, data } = ctx;
    const names = HOOK_NAMES[this.#kind];
    // A sanity check ahead of an epoch with validation loads for both.
    await data.prepareEvaluation(stage, epoch, stage !== 'sanity-check' || isValidationEpoch(ctx.limits, epoch));
    const totals = data.batchesOf(stage);
    if (totals.every((batches) => batches === 0)) return;
    checkLoaderIndex(ctx, [names.step, names.batchStart, names.batchEnd], totals.length);
    results.beginEvaluation(stage);
    reporter.stage(stage, 'start', epoch);
    this.batches.reset();
    this.#isLastBatch = false;
    await hooks.callModule(names.eval);
    await hooks.call(names.start);
    await hooks.call(names.epochStart);
    const outputs = totals.map(() => new EpochOutputs());
    try {
      await this.#runBatches(ctx, { stage, epoch, totals, outputs });
      results.endEvaluationBatches();
      if (hooks.isOverridden(names.outputs)) {
        const lists = outputs.map(({ all }) => all);
        await hooks.callModule(names.outputs, lists.length === 1 ? (lists[0] ?? []) : lists);
      }
    } finally {
      for (const each of outputs) each.dispose();
    }
    await hooks.call(names.epochEnd);
    results.publishEvaluation(stage, stepIndex);
    if (stage !== 'sanity-check') this.runs++;
    await hooks.call(names.end);
    await hooks.callModule(names.train);
    reporter.stage(stage, 'end', epoch);
    results.endEvaluation(stage);
  }

  async #runBatches(ctx: RunContext, evaluation: Evaluation): Promise<void> {
    const batches = measuredBatches(ctx.profiler, NEXT[this.#kind], ctx.data.evaluate(evaluation.stage));
    try {
      for (let raw = await batches.next(); raw; raw = await batches.next()) {
        const batch = raw;
        const run = () => this.#runBatch(ctx, batch, evaluation);
        await (ctx.profiler ? ctx.profiler.section(`${evaluation.stage} batch`, 'batch', run) : run());
        await ctx.signals.betweenBatches();
        if (ctx.signals.stopRequested && !(this.#runsToEnd && evaluation.stage === 'validate')) break;
      }
    } finally {
      await batches.close();
    }
  }

  async #runBatch(ctx: RunContext, raw: RawBatch, { stage, epoch, totals, outputs }: Evaluation): Promise<void> {
    const { hooks, results } = ctx;
    const names = HOOK_NAMES[this.#kind];
    const { batchIdx, dataloaderIdx } = raw;
    using _scope = openStepScope(raw.owned, ctx.keeper);
    using _tape = ctx.limits.inferenceMode ? undefined : openTape();
    const batch = await hooks.transfer(raw.batch, dataloaderIdx);
    this.batches.count('ready');
    this.#isLastBatch = raw.isLast;
    results.enterBatch(batch, totals.length > 1 ? dataloaderIdx : undefined);
    await hooks.call(names.batchStart, batch, batchIdx, dataloaderIdx);
    this.batches.count('started');
    const output = await this.#step(ctx, batch, raw, totals.length);
    this.batches.count('processed');
    await hooks.call(names.batchEnd, output, batch, batchIdx, dataloaderIdx);
    this.batches.count('completed');
    if (output !== undefined && output !== null && hooks.isOverridden(names.outputs))
      outputs[dataloaderIdx]?.add(output);
    results.publishEvaluationStep(stage, batchIdx);
    ctx.reporter.batchDone(stage, epoch, batchIdx + 1, totals[dataloaderIdx]);
  }

  /** The step, under 'dp' once for each part of the batch, and its end hook of PyTorch Lightning 1.6 where the module has one. */
  async #step(
    { hooks, limits, results }: RunContext,
    batch: unknown,
    { batchIdx, dataloaderIdx }: RawBatch,
    loaders: number,
  ): Promise<unknown> {
    const names = HOOK_NAMES[this.#kind];
    const { dataParallelDevices: devices } = limits;
    const loader = loaders > 1 ? dataloaderIdx : undefined;
    let output: unknown;
    if (devices === undefined) {
      output = await hooks.callModule(names.step, batch, batchIdx, dataloaderIdx);
    } else {
      const parts: unknown[] = [];
      for (const part of splitForDevices(batch, devices)) {
        results.enterBatch(part, loader);
        parts.push(await hooks.callModule(names.step, part, batchIdx, dataloaderIdx));
      }
      results.enterBatch(batch, loader);
      output = parts;
    }
    return hooks.isOverridden(names.stepEnd) ? hooks.callModule(names.stepEnd, output) : output;
  }
}

/** An evaluation that runs. */
interface Evaluation {
  readonly stage: EvaluationStage;
  readonly epoch: number;
  /** Batches of each loader. */
  readonly totals: readonly (number | undefined)[];
  /** What the steps returned, by loader. */
  readonly outputs: readonly EpochOutputs[];
}

/** True for the epochs that have a validation. Source: `_should_check_val_epoch`. */
export function isValidationEpoch({ checkValEveryNEpoch }: LoopLimits, epoch: number): boolean {
  return checkValEveryNEpoch === null || (epoch + 1) % checkValEveryNEpoch === 0;
}
