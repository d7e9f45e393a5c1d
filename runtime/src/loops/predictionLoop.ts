import { openStepScope, openTape, tensorsOf } from '../autograd/index.js';
import * as tf from '../tf.js';
import { checkLoaderIndex } from './loaderIndexChecks.js';
import { measuredBatches } from './measuredBatches.js';
import type { RunContext } from './runContext.js';

/** Prediction. Source: PyTorch Lightning, `loops/prediction_loop.py`. */
export class PredictionLoop {
  #predictions: unknown[][] = [];
  #indices: (readonly number[] | undefined)[][] = [];
  #current: readonly number[] | undefined;

  /** What predictStep returned in the run that goes on: a list with one for each batch, or one such list for each of several loaders. */
  get predictions(): readonly unknown[] {
    return this.#predictions.length === 1 ? (this.#predictions[0] ?? []) : this.#predictions;
  }

  /** Batches that were fetched, the current one included. */
  get batches(): number {
    return this.#indices.reduce((sum, list) => sum + list.length, 0);
  }

  /** The current batch's samples by their numbers in the dataset; undefined for a loader that does not tell. */
  get currentBatchIndices(): readonly number[] | undefined {
    return this.#current;
  }

  /** The same of all batches: one list for each loader. */
  get epochBatchIndices(): readonly (readonly (readonly number[] | undefined)[])[] {
    return this.#indices;
  }

  /**
   * Runs all batches of all loaders and collects what predictStep returned: one list a loader. Tensors in it are the caller's.
   */
  async run(ctx: RunContext): Promise<unknown[][]> {
    const { hooks, reporter, data } = ctx;
    const totals = data.batchesOf('predict');
    const predictions: unknown[][] = totals.map(() => []);
    this.#predictions = predictions;
    this.#indices = totals.map(() => []);
    if (totals.every((batches) => batches === 0)) return predictions; // as in every evaluation: no hook of it, either
    checkLoaderIndex(ctx, ['predictStep', 'onPredictBatchStart', 'onPredictBatchEnd'], totals.length);
    reporter.stage('predict', 'start', 0);
    await hooks.callModule('onPredictModelEval');
    await hooks.call('onPredictStart');
    await hooks.call('onPredictEpochStart');
    const batches = measuredBatches(ctx.profiler, '[_PredictionLoop].predict_next', data.evaluate('predict'));
    try {
      for (let raw = await batches.next(); raw; raw = await batches.next()) {
        using _scope = openStepScope(raw.owned, ctx.keeper);
        using _tape = ctx.limits.inferenceMode ? undefined : openTape();
        const { batchIdx, dataloaderIdx } = raw;
        this.#current = raw.indices && [...raw.indices];
        this.#indices[dataloaderIdx]?.push(this.#current);
        const batch = await hooks.transfer(raw.batch, dataloaderIdx);
        await hooks.call('onPredictBatchStart', batch, batchIdx, dataloaderIdx);
        const output = await hooks.callModule('predictStep', batch, batchIdx, dataloaderIdx);
        for (const tensor of tensorsOf(output)) tf.keep(tensor);
        predictions[dataloaderIdx]?.push(output);
        await hooks.call('onPredictBatchEnd', output, batch, batchIdx, dataloaderIdx);
        reporter.batchDone('predict', 0, batchIdx + 1, totals[dataloaderIdx]);
        await ctx.signals.betweenBatches();
        if (ctx.signals.stopRequested) break;
      }
    } finally {
      await batches.close();
    }
    await hooks.call('onPredictEpochEnd');
    await hooks.call('onPredictEnd');
    reporter.stage('predict', 'end', 0);
    this.#predictions = []; // they are the caller's now
    return predictions;
  }
}
