import { places } from '../charts/axes.js';
import { formatCount, formatValue } from '../format.js';
import type { CheckpointView } from '../messages/index.js';
import { texts } from '../texts.js';
import { runStroke, type Theme } from '../theme.js';
import type { ChartCardState } from './chartCard.js';
import { type Component, element } from './component.js';
import type { LineChart } from './lineChart.js';

/** More marks than this would be a line. */
const MAX_MARKS = 100;

/** A chart as it is drawn, and the checkpoints to mark on it. */
export interface ChartMarksState {
  readonly chart: LineChart;
  readonly state: ChartCardState;
  readonly theme: Theme;
}

/** Small marks on the x-axis where checkpoints were written; the pointer on one says which. */
export function chartMarks(root: HTMLElement): Component<ChartMarksState> {
  const layer = root.appendChild(element('div', 'chart-marks'));
  return {
    update({ chart, state: { checkpoints, runs, series, view }, theme }) {
      const { left, right, bottom } = chart.area();
      const marks: HTMLElement[] = [];
      for (const checkpoint of checkpoints.slice(-MAX_MARKS)) {
        const known = runs.get(checkpoint.run);
        const line = series.find(({ run }) => run === checkpoint.run);
        if (!known || !line) continue;
        const point = { step: checkpoint.step, epoch: checkpoint.epoch, time: checkpoint.time, y: 0 };
        const [x = Number.NaN] =
          view.axis === 'epoch' ? [checkpoint.epoch] : places([point], view.axis, known.run.startedAt);
        const pixel = chart.pixelOf(x);
        if (!(pixel >= left - 1 && pixel <= right + 1)) continue;
        const mark = element('span', 'chart-mark');
        mark.title = markText(checkpoint);
        mark.style.transform = `translate(${pixel - 4}px, ${bottom - 4}px)`;
        mark.style.backgroundColor = runStroke(theme, known.run.color).color;
        marks.push(mark);
      }
      layer.replaceChildren(...marks);
    },
    dispose: () => layer.remove(),
  };
}

function markText({ file, step, monitor, score }: CheckpointView): string {
  const parts = [file, texts.atStep(formatCount(step))];
  if (monitor !== null && score !== null) parts.push(texts.score(monitor, formatValue(score)));
  return parts.join(' · ');
}
