import { fromWireNumber, type ProgressEvent } from 'lightning-tfjs/protocol';

/** The metric that people watch: what is called loss, or else the first one of the progress bar. */
const LOSS = /(?:^|_)loss(?:_|$)/;

/** A run in a few words, for the status bar: `epoch 2/10 · 340/938 · train_loss 0.0312`. */
export function progressLine(state: string, progress: ProgressEvent | undefined): string {
  if (!progress) return `Lightning: ${state}`;
  const { epoch, maxEpochs, batch, totalBatches, metrics } = progress;
  const of = (total: number | null) => (total === null ? '' : `/${total}`);
  const parts = [`epoch ${epoch + 1}${of(maxEpochs)}`, `${batch}${of(totalBatches)}`];
  const entries = Object.entries(metrics).filter(([name]) => name !== 'v_num');
  const shown = entries.find(([name]) => LOSS.test(name)) ?? entries[0];
  if (shown) parts.push(`${shown[0]} ${Number(fromWireNumber(shown[1]).toPrecision(3))}`);
  if (state === 'stopping') parts.push(state);
  return parts.join(' · ');
}

/**
 * How long training will take from here, at the pace of the last batches; validations come on top. Undefined when epochs or batches are not
 * limited, and while it does something else.
 */
export function secondsLeft(progress: ProgressEvent | undefined): number | undefined {
  if (progress?.stage !== 'train') return undefined;
  const { epoch, maxEpochs, batch, totalBatches, batchesPerSecond } = progress;
  if (maxEpochs === null || totalBatches === null || !(batchesPerSecond > 0)) return undefined;
  const batches = Math.max(0, totalBatches - batch) + Math.max(0, maxEpochs - epoch - 1) * totalBatches;
  return batches / batchesPerSecond;
}
