import { element } from '../components/component.js';
import { formatCount, formatValue } from '../format.js';
import { onThemeChange } from '../theme.js';
import type { StatisticsView } from './messages.js';
import type { CheckpointTexts } from './texts.js';

const WIDTH = 360;
const HEIGHT = 120;

/** The distribution of a tensor's values: drawn, and as a table. */
export function histogram(
  root: HTMLElement,
  { histogram: counts, min, max }: StatisticsView,
  texts: CheckpointTexts,
  signal: AbortSignal,
): void {
  if (counts.length === 0 || min === null || max === null) return;
  const canvas = root.appendChild(element('canvas', 'histogram'));
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${texts.histogram}: ${formatValue(min)} – ${formatValue(max)}`);
  const draw = () => drawBars(canvas, counts);
  draw();
  onThemeChange(draw, signal);
  const axis = root.appendChild(element('p', 'histogram-axis'));
  axis.append(element('span', '', formatValue(min)), element('span', '', formatValue(max)));
  const details = root.appendChild(element('details', ''));
  details.append(element('summary', '', texts.histogramTable));
  // Forty rows are made when they are wanted.
  details.addEventListener('toggle', () => {
    if (details.open && !details.querySelector('table')) details.append(tableOf(counts, min, max, texts));
  });
}

function drawBars(canvas: HTMLCanvasElement, counts: readonly number[]): void {
  const ratio = window.devicePixelRatio;
  canvas.width = WIDTH * ratio;
  canvas.height = HEIGHT * ratio;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  context.fillStyle = getComputedStyle(canvas).color;
  const highest = Math.max(...counts, 1);
  const width = WIDTH / counts.length;
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const height = Math.max(1, (count / highest) * HEIGHT); // one value among millions is still seen
    context.fillRect(index * width, HEIGHT - height, Math.max(1, width - 1), height);
  }
}

function tableOf(counts: readonly number[], min: number, max: number, texts: CheckpointTexts): HTMLTableElement {
  const table = element('table', 'plain');
  const head = table.createTHead().insertRow();
  for (const name of [texts.from, texts.to, texts.count]) head.appendChild(element('th', '', name)).scope = 'col';
  const body = table.createTBody();
  const edge = (index: number) => min + (max / counts.length - min / counts.length) * index;
  for (const [index, count] of counts.entries()) {
    const row = body.insertRow();
    for (const text of [formatValue(edge(index)), formatValue(edge(index + 1)), formatCount(count)]) {
      row.appendChild(element('td', 'number', text));
    }
  }
  return table;
}
