import type { Measure, RawBatch, RawBatches } from './runContext.js';

/** The same batches, with the time that each is waited for measured as an action; without a measure the very same. */
export function measuredBatches(measure: Measure | undefined, action: string, batches: RawBatches): RawBatches {
  if (!measure) return batches;
  let isLast = false;
  return {
    async next(): Promise<RawBatch | undefined> {
      // Behind a last batch comes the end, which is no batch.
      const raw = await (isLast ? batches.next() : measure.profile(action, () => batches.next()));
      isLast = raw?.isLast ?? false;
      return raw;
    },
    close: () => batches.close(),
  };
}
