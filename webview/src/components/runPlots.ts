import { extent, type Range } from '../charts/ranges.js';
import { cellOf, type RunColumn } from '../charts/runColumns.js';
import { formatValue } from '../format.js';
import type { RunView } from '../messages/index.js';
import { texts } from '../texts.js';
import { runStroke, type Theme } from '../theme.js';
import { type Component, element } from './component.js';

/** Runs as they stand in the table, and its columns. */
export interface RunPlotsState {
  readonly runs: readonly RunView[];
  readonly columns: readonly RunColumn[];
  readonly theme: Theme;
}

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, EDGE] = [560, 240, 44];
/** More axes than this cannot be read. */
const MAX_AXES = 8;

/** A metric against a hyperparameter, and all of them side by side. The table above holds the same numbers. */
export function runPlots(root: HTMLElement): Component<RunPlotsState> {
  const area = root.appendChild(element('div', 'run-plots'));
  const bar = area.appendChild(element('div', 'chart-toolbar'));
  const choice = (text: string) => {
    const label = bar.appendChild(element('label', 'tool'));
    label.append(element('span', 'tool-name', text));
    const made = label.appendChild(element('select', 'input'));
    made.addEventListener('change', () => draw());
    return made;
  };
  const xChoice = choice(texts.plotX);
  const yChoice = choice(texts.plotY);
  const scatter = area.appendChild(element('figure', 'plot'));
  const parallel = area.appendChild(element('figure', 'plot'));
  const none = area.appendChild(element('p', 'message-text', texts.noPlot));
  let state: RunPlotsState | undefined;

  const draw = () => {
    if (!state) return;
    const { runs, columns, theme } = state;
    const numeric = columns.filter((column) => runs.some((run) => isNumber(cellOf(run, column))));
    const x = offer(
      xChoice,
      numeric.filter(({ kind }) => kind === 'hparam'),
    );
    const y = offer(
      yChoice,
      numeric.filter(({ kind }) => kind === 'metric'),
    );
    const canPlot = x !== undefined && y !== undefined && runs.length > 1;
    none.hidden = canPlot;
    bar.hidden = scatter.hidden = parallel.hidden = !canPlot;
    if (!canPlot) return;
    const caption = (text: string) => element('figcaption', 'plot-title', text);
    scatter.replaceChildren(caption(texts.scatter), scatterPlot(runs, x, y, theme));
    const axes = numeric.filter((one) => one.kind === 'hparam').slice(0, MAX_AXES - 1);
    parallel.replaceChildren(caption(texts.parallel), parallelPlot(runs, [...axes, y], theme));
  };
  return {
    update(next) {
      state = next;
      draw();
    },
    dispose: () => area.remove(),
  };
}

/** Puts columns into a list to choose from, and returns the one that is chosen. */
function offer(choice: HTMLSelectElement, columns: readonly RunColumn[]): RunColumn | undefined {
  const before = choice.value;
  const names = columns.map(({ name }) => name);
  if ([...choice.options].map(({ value }) => value).join('\n') !== names.join('\n')) {
    choice.replaceChildren(...names.map((name) => Object.assign(element('option', '', name), { value: name })));
    if (names.includes(before)) choice.value = before;
  }
  return columns.find(({ name }) => name === choice.value);
}

function scatterPlot(runs: readonly RunView[], x: RunColumn, y: RunColumn, theme: Theme): SVGElement {
  const points = runs.flatMap((run) => {
    const [a, b] = [cellOf(run, x), cellOf(run, y)];
    return isNumber(a) && isNumber(b) ? [{ run, a, b }] : [];
  });
  const plot = picture(texts.spokenPlot(x.name, y.name, String(points.length)));
  const [xs, ys] = [padded(points.map(({ a }) => a)), padded(points.map(({ b }) => b))];
  plot.append(
    shape('path', { d: `M${EDGE},8V${HEIGHT - EDGE}H${WIDTH - 8}`, class: 'plot-axis' }),
    words(x.name, (WIDTH + EDGE) / 2, HEIGHT - 6, 'middle'),
    words(y.name, 4, 12, 'start'),
  );
  for (const [text, at] of [
    [xs[0], EDGE],
    [xs[1], WIDTH - 8],
  ] as const) {
    plot.append(words(formatValue(text), at, HEIGHT - EDGE + 14, at === EDGE ? 'start' : 'end'));
  }
  for (const [text, at] of [
    [ys[0], HEIGHT - EDGE],
    [ys[1], 30],
  ] as const) {
    plot.append(words(formatValue(text), EDGE - 4, at, 'end'));
  }
  for (const { run, a, b } of points) {
    const dot = shape('circle', {
      cx: String(EDGE + part(a, xs) * (WIDTH - EDGE - 8)),
      cy: String(HEIGHT - EDGE - part(b, ys) * (HEIGHT - EDGE - 24)),
      r: '5',
      fill: runStroke(theme, run.color).color,
    });
    dot.append(titled(`${run.title}: ${x.name} ${formatValue(a)}, ${y.name} ${formatValue(b)}`));
    plot.append(dot);
  }
  return plot;
}

function parallelPlot(runs: readonly RunView[], columns: readonly RunColumn[], theme: Theme): SVGElement {
  const plot = picture(columns.map(({ name }) => name).join(', '));
  const gap = (WIDTH - 2 * EDGE) / Math.max(1, columns.length - 1);
  const axes = columns.map((column, i) => {
    const values = runs.map((run) => cellOf(run, column)).filter(isNumber);
    const range = extent(values) ?? ([0, 1] as const);
    const x = EDGE + i * gap;
    plot.append(
      shape('path', { d: `M${x},24V${HEIGHT - 24}`, class: 'plot-axis' }),
      words(column.name, x, 10, 'middle'),
      words(formatValue(range[1]), x, 22, 'middle'),
      words(formatValue(range[0]), x, HEIGHT - 10, 'middle'),
    );
    return { column, range, x };
  });
  for (const run of runs) {
    const corners = axes.flatMap(({ column, range, x }) => {
      const value = cellOf(run, column);
      return isNumber(value) ? [`${x},${HEIGHT - 24 - part(value, range) * (HEIGHT - 52)}`] : [];
    });
    const { color, dash } = runStroke(theme, run.color);
    const line = shape('polyline', { points: corners.join(' '), fill: 'none', stroke: color, 'stroke-width': '2' });
    if (dash.length > 0) line.setAttribute('stroke-dasharray', dash.join(' '));
    line.append(titled(run.title));
    plot.append(line);
  }
  return plot;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function padded(values: readonly number[]): Range {
  const [low, high] = extent(values) ?? [0, 1];
  const margin = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  return [low - margin, high + margin];
}

function part(value: number, [low, high]: Range): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}

function picture(label: string): SVGElement {
  return shape('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, class: 'plot-picture' });
}

function shape(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function words(text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): SVGElement {
  const made = shape('text', { x: String(x), y: String(y), 'text-anchor': anchor, class: 'plot-text' });
  made.textContent = text;
  return made;
}

function titled(text: string): SVGElement {
  const made = shape('title', {});
  made.textContent = text;
  return made;
}
