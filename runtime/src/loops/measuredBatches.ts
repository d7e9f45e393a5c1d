import type { Measure, RawBatch } from './runContext.js';

/** The same batches, with the time that each is waited for measured as an action; without a measure the very same. */
export function measuredBatches(
  measure: Measure | undefined,
  action: string,
  batches: AsyncIterable<RawBatch>,
): AsyncIterable<RawBatch> {
  return measure ? measureEach(measure, action, batches) : batches;
}

async function* measureEach(
  measure: Measure,
  action: string,
  batches: AsyncIterable<RawBatch>,
): AsyncGenerator<RawBatch, void> {
  const iterator = batches[Symbol.asyncIterator]();
  let isLast = false;
  try {
    while (true) {
      // Behind a last batch comes the end, which is no batch.
      const next: IteratorResult<RawBatch> = isLast
        ? await iterator.next()
        : await measure.profile(action, () => iterator.next());
      if (next.done) return;
      isLast = next.value.isLast;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
