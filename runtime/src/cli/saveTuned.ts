import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TuneResult } from '../trainer/index.js';

/**
 * Writes what the searches of `trainer.tune` found into a folder: `tune.json` with `learningRate` and `batchSize`, each a number, or
 * null where the search could not tell, and left out where it was not asked for; and `lr.svg`, the losses over the learning rates.
 * @returns the same for people
 */
export function saveTuned({ lrFind, scaleBatchSize }: TuneResult, folder: string): string {
  const learningRate = lrFind === undefined ? undefined : (lrFind?.suggestion() ?? null);
  mkdirSync(folder, { recursive: true });
  if (lrFind) writeFileSync(join(folder, 'lr.svg'), lrFind.plot({ suggest: true }));
  writeFileSync(join(folder, 'tune.json'), `${JSON.stringify({ learningRate, batchSize: scaleBatchSize })}\n`);
  const lines = [
    ...(scaleBatchSize === undefined ? [] : [`Batch size: ${scaleBatchSize ?? 'none found'}`]),
    ...(learningRate === undefined ? [] : [`Learning rate: ${learningRate ?? 'none found'}`]),
  ];
  return lines.length === 0
    ? 'Nothing was searched for: give --trainer.autoLrFind or --trainer.autoScaleBatchSize.'
    : lines.join('\n');
}
