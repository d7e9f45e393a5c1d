import { formatCount, formatValue } from '../format.js';
import type { DrawnSeries } from '../pageState.js';
import { texts } from '../texts.js';
import type { Theme } from '../theme.js';
import { type Component, element, setText } from './component.js';
import { type LineChartState, lineChart } from './lineChart.js';
import { pointTable } from './pointTable.js';

/** A metric and the colours to show it in. */
export interface ChartCardState {
  readonly series: DrawnSeries;
  readonly theme: Theme;
}

let cardCount = 0;

/**
 * One metric: its name and newest value, its chart, and the table behind the chart. Says by `data-metric`, `data-points`
 * (recorded) and `data-drawn` (on the canvas now) what it shows. A card that is scrolled out of sight draws nothing until it is seen.
 */
export function chartCard(root: HTMLElement, initial: ChartCardState): Component<ChartCardState> {
  const life = new AbortController();
  const id = `metric-${++cardCount}`;
  const card = element('article', 'chart-card');
  card.dataset.metric = initial.series.name;
  root.insertBefore(card, nextByName(root, initial.series.name));
  const head = card.appendChild(element('div', 'chart-head'));
  const name = head.appendChild(element('h3', 'chart-name', initial.series.name));
  name.id = id;
  card.setAttribute('aria-labelledby', id);
  const value = head.appendChild(element('span', 'chart-value'));
  const toggle = head.appendChild(element('button', 'button link', texts.showTable));
  toggle.type = 'button';
  toggle.setAttribute('aria-describedby', id);
  const note = card.appendChild(element('p', 'chart-note'));
  const frame = card.appendChild(element('div', 'chart-frame'));
  const canvas = frame.appendChild(document.createElement('canvas'));
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', initial.series.name);

  let state = initial;
  let chart: Component<LineChartState> | undefined;
  let table: Component<DrawnSeries> | undefined;
  let isInView = false;

  const draw = () => {
    const { series, theme } = state;
    card.dataset.points = String(series.total);
    setText(value, formatValue(series.last));
    setText(note, series.notFinite > 0 ? `${formatCount(series.notFinite)} values are NaN or infinite` : '');
    note.hidden = series.notFinite === 0;
    table?.update(series);
    if (!isInView) return;
    canvas.setAttribute('aria-label', spoken(series));
    chart ??= lineChart(canvas, { points: [], theme });
    chart.update({ points: series.points, theme });
    card.dataset.drawn = String(series.points.length);
  };

  toggle.addEventListener(
    'click',
    () => {
      if (table) table.dispose();
      table = table ? undefined : pointTable(card);
      table?.update(state.series);
      toggle.setAttribute('aria-expanded', String(table !== undefined));
      setText(toggle, table ? texts.hideTable : texts.showTable);
    },
    { signal: life.signal },
  );
  toggle.setAttribute('aria-expanded', 'false');
  const sight = new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? false;
    if (isInView) draw();
  });
  sight.observe(card);
  draw();

  return {
    update(next) {
      state = next;
      draw();
    },
    dispose() {
      life.abort();
      sight.disconnect();
      chart?.dispose();
      card.remove();
    },
  };
}

/** The first card that comes after that name. */
function nextByName(root: HTMLElement, name: string): Element | null {
  const isAfter = (card: Element) =>
    card instanceof HTMLElement && (card.dataset.metric ?? '').localeCompare(name, 'en', { numeric: true }) > 0;
  return [...root.children].find(isAfter) ?? null;
}

/** The chart in a sentence. */
function spoken({ name, points, total, last }: DrawnSeries): string {
  const finite = points.map(({ y }) => y).filter((y) => !Number.isNaN(y));
  if (finite.length === 0) return `${name} by step: ${formatCount(total)} points, none of them a finite number`;
  const range = `from ${formatValue(Math.min(...finite))} to ${formatValue(Math.max(...finite))}`;
  return `${name} by step: ${formatCount(total)} points ${range}, now ${formatValue(last)}`;
}
