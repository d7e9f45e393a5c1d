import { beforeAll, describe, expect, it } from 'vitest';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';

beforeAll(startTestEngine);

/** Counts batches. */
class Batches {
  count = 0;
  compute = () => this.count;
  reset = () => {
    this.count = 0;
  };
}

class Counting extends TinyModule {
  readonly batches = new Batches();
  readonly resets: number[] = [];

  override validationStep(batch: TinyBatch) {
    this.batches.count += 1;
    this.log('batches', this.batches);
    return super.validationStep(batch);
  }

  override onValidationStart(): void {
    this.resets.push(this.batches.count);
  }
}

describe('a metric object', () => {
  it('is computed over each validation, and reset after it', async () => {
    const module = new Counting();
    const trainer = quietTrainer({ maxEpochs: 2, logger: false, enableCheckpointing: false });
    await trainer.fit(module, tinyLoaders());
    expect([trainer.callbackMetrics.batches, module.resets]).toEqual([2, [0, 0, 0]]);
    module.dispose();
  });

  it.each([
    ['must be in a field', undefined, 'in no field of'],
    ['may be deeper when its place is told', 'state.batches', undefined],
  ])('%s', async (_name, metricAttribute, message) => {
    const batches = new Batches();
    const module = new (class extends TinyModule {
      override validationStep(): unknown {
        this.log('batches', batches, metricAttribute === undefined ? {} : { metricAttribute });
        return undefined;
      }
    })();
    const run = quietTrainer({ maxEpochs: 1, logger: false, enableCheckpointing: false }).fit(module, tinyLoaders());
    if (message === undefined) await run;
    else await expect(run).rejects.toThrow(message);
    module.dispose();
  });
});
