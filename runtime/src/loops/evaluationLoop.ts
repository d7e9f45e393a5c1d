import { openStepScope } from '../autograd/index.js';
import type { HookName } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { Progress } from './progress.js';
import type { EvaluationStage, ModuleHookName, RawBatch, RunContext } from './runContext.js';

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
    batchEnd: 'onTestBatchEnd',
  },
} as const satisfies Record<'validate' | 'test', Record<string, HookName & ModuleHookName>>;

/** Validation and test. Source: PyTorch Lightning, `loops/evaluation_loop.py`. */
export class EvaluationLoop {
  readonly batches = new Progress();
  readonly #kind: 'validate' | 'test';
  #isLastBatch = false;
  #runs = 0;

  constructor(kind: 'validate' | 'test') {
    this.#kind = kind;
  }

  /** How often it ran to its end, the sanity check not counted. */
  get runs(): number {
    return this.#runs;
  }

  /** True when the latest batch was the last of its loader. */
  get isLastBatch(): boolean {
    return this.#isLastBatch;
  }

  /**
   * Runs all batches of all loaders, without gradients. Without any batch, only the loaders are asked for.
   * @param stepIndex what loggers call `step`
   * @param stage 'sanity-check' for the batches ahead of training
   */
  async run(ctx: RunContext, epoch: number, stepIndex: number, stage: EvaluationStage = this.#kind): Promise<void> {
    const { hooks, results, reporter, data } = ctx;
    const names = HOOK_NAMES[this.#kind];
    await data.prepareEvaluation(stage);
    const totals = data.batchesOf(stage);
    if (totals.every((batches) => batches === 0)) return;
    checkParameters(ctx, names.step, totals.length);
    results.beginEvaluation(stage);
    reporter.stage(stage, 'start', epoch);
    this.batches.reset();
    this.#isLastBatch = false;
    await hooks.callModule(names.eval);
    await hooks.call(names.start);
    await hooks.call(names.epochStart);
    for await (const raw of data.evaluate(stage)) {
      await this.#runBatch(ctx, raw, stage, epoch, totals);
      await ctx.signals.betweenBatches();
      if (ctx.signals.stopRequested) break;
    }
    results.endEvaluationBatches();
    await hooks.call(names.epochEnd);
    results.publishEvaluation(stage, stepIndex);
    if (stage !== 'sanity-check') this.#runs++;
    await hooks.call(names.end);
    await hooks.callModule(names.train);
    reporter.stage(stage, 'end', epoch);
    results.endEvaluation(stage);
  }

  async #runBatch(
    ctx: RunContext,
    raw: RawBatch,
    stage: EvaluationStage,
    epoch: number,
    totals: readonly (number | undefined)[],
  ): Promise<void> {
    const { hooks, results } = ctx;
    const names = HOOK_NAMES[this.#kind];
    const { batchIdx, dataloaderIdx } = raw;
    using _scope = openStepScope(raw.owned, ctx.keeper);
    const batch = await hooks.transfer(raw.batch, dataloaderIdx);
    this.batches.count('ready');
    this.#isLastBatch = raw.isLast;
    results.enterBatch(batch, totals.length > 1 ? dataloaderIdx : undefined);
    await hooks.call(names.batchStart, batch, batchIdx, dataloaderIdx);
    this.batches.count('started');
    const output = await hooks.callModule(names.step, batch, batchIdx, dataloaderIdx);
    this.batches.count('processed');
    await hooks.call(names.batchEnd, output, batch, batchIdx, dataloaderIdx);
    this.batches.count('completed');
    results.publishEvaluationStep(stage, batchIdx);
    ctx.reporter.batchDone(stage, epoch, batchIdx + 1, totals[dataloaderIdx]);
  }
}

/** With one loader there is no index to tell: a step that insists on one is written for something else. */
function checkParameters({ module }: RunContext, name: 'validationStep' | 'testStep', loaders: number): void {
  const step = module[name];
  if (loaders > 1 || step.length <= 2) return;
  throw new MisconfigurationError({
    code: 'step-parameters',
    found: `${module.constructor.name}.${name} requires a dataloaderIdx, but there is one loader.`,
    fix: `Remove the parameter, or give it a default: ${name}(batch, batchIdx, dataloaderIdx = 0).`,
    blame: step,
  });
}
