import { openStepScope, tensorsOf } from '../autograd/index.js';
import * as tf from '../tf.js';
import type { RunContext } from './runContext.js';

/** Prediction. Source: PyTorch Lightning, `loops/prediction_loop.py`. */
export class PredictionLoop {
  /**
   * Runs all batches of all loaders and collects what predictStep returned: one list a loader. Tensors in it are the caller's.
   */
  async run(ctx: RunContext): Promise<unknown[][]> {
    const { hooks, reporter, data } = ctx;
    const totals = data.batchesOf('predict');
    const predictions: unknown[][] = totals.map(() => []);
    reporter.stage('predict', 'start', 0);
    await hooks.callModule('onPredictModelEval');
    await hooks.call('onPredictStart');
    await hooks.call('onPredictEpochStart');
    for await (const raw of data.evaluate('predict')) {
      using _scope = openStepScope(raw.owned, ctx.keeper);
      const { batchIdx, dataloaderIdx } = raw;
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
    await hooks.call('onPredictEpochEnd');
    await hooks.call('onPredictEnd');
    reporter.stage('predict', 'end', 0);
    return predictions;
  }
}
