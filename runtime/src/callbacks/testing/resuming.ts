/** Shared by the tests that stop a run and let it go on. Not part of the package. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietTrainer, type TinyModule, tinyLoaders, weightsOf } from '../../testing/tiny.js';
import type { Callback } from '../callback.js';
import { ModelCheckpoint } from '../modelCheckpoint.js';

/** What a run left. */
export interface Outcome {
  readonly weights: number[][];
  readonly rates: number[][];
}

/**
 * Runs three epochs of four batches, then goes on from each checkpoint of that run with everything new.
 * @returns the outcome of the first run, and by file those of the others
 */
export async function goOnFromEverywhere(
  makeModule: () => TinyModule,
  makeCallbacks: () => Callback[],
): Promise<{ whole: Outcome; resumed: Record<string, Outcome> }> {
  const dirpath = mkdtempSync(join(tmpdir(), 'lightning-resume-'));
  const saving = () => [
    new ModelCheckpoint({
      dirpath,
      everyNTrainSteps: 1,
      saveTopK: -1,
      filename: 'step-{step}',
      autoInsertMetricName: false,
    }),
    new ModelCheckpoint({ dirpath, saveTopK: -1, filename: 'epoch-{epoch}', autoInsertMetricName: false }),
  ];
  const whole = await run(makeModule(), [...makeCallbacks(), ...saving()]);
  const resumed: Record<string, Outcome> = {};
  for (const file of readdirSync(dirpath)) {
    resumed[file] = await run(makeModule(), makeCallbacks(), join(dirpath, file));
  }
  return { whole, resumed };
}

async function run(module: TinyModule, callbacks: Callback[], ckptPath?: string): Promise<Outcome> {
  const trainer = quietTrainer({ callbacks, logger: false, numSanityValSteps: 0, maxEpochs: 3 });
  const args = ckptPath === undefined ? {} : { ckptPath };
  await trainer.fit(module, { ...tinyLoaders({ batchSize: 6 }), ...args });
  const outcome = {
    weights: weightsOf(module),
    rates: trainer.optimizers.map(({ paramGroups }) => paramGroups.map(({ lr }) => lr)),
  };
  trainer.dispose();
  module.dispose();
  return outcome;
}
