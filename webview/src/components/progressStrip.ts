import { formatCount } from '../format.js';
import type { ProgressView, RunView } from '../messages/index.js';
import { texts } from '../texts.js';
import { type Component, element, setText } from './component.js';

/** How far the run is: a bar for the batches of this stage, and the numbers beside it. Null before the first run. */
export function progressStrip(root: HTMLElement): Component<RunView | null> {
  const strip = root.appendChild(element('div', 'progress-strip'));
  const bar = strip.appendChild(element('progress', 'progress-bar'));
  bar.setAttribute('aria-label', texts.progress);
  const words = strip.appendChild(element('p', 'progress-text'));
  return {
    update(run) {
      strip.hidden = run === null;
      const { progress = null, end = null } = run ?? {};
      bar.hidden = end !== null;
      if (end) setText(words, endText(end.epoch, end.globalStep, end.checkpoint));
      else setText(words, progress ? progressText(progress) : '');
      if (progress?.totalBatches) {
        bar.max = progress.totalBatches;
        bar.value = Math.min(progress.batch, progress.totalBatches);
      } else {
        bar.removeAttribute('value'); // no length: the bar only says that something goes on
      }
    },
    dispose: () => strip.remove(),
  };
}

function progressText({
  stage,
  epoch,
  maxEpochs,
  batch,
  totalBatches,
  globalStep,
  batchesPerSecond,
}: ProgressView): string {
  const of = (total: number | null) => (total === null ? '' : texts.outOf(formatCount(total)));
  return [
    texts.stages[stage] ?? stage,
    `${texts.epoch(formatCount(epoch + 1))}${of(maxEpochs)}`,
    `${texts.batch(formatCount(batch))}${of(totalBatches)}`,
    texts.atStep(formatCount(globalStep)),
    texts.speed(batchesPerSecond.toFixed(batchesPerSecond < 10 ? 1 : 0)),
  ].join(' · ');
}

function endText(epoch: number | null, globalStep: number, checkpoint: string | null): string {
  const where = epoch === null ? texts.endedEarly : texts.ended(formatCount(epoch + 1), formatCount(globalStep));
  return checkpoint === null ? where : `${where} ${texts.checkpoint(checkpoint)}`;
}
