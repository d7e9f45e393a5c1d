import { places } from '../charts/axes.js';
import { extent, type Range, robustRange } from '../charts/ranges.js';
import { type Point, smoothed } from '../charts/smoothing.js';
import { formatCount, formatPlace, formatValue } from '../format.js';
import type { CheckpointView, RunView } from '../messages/index.js';
import type { DrawnSeries, SharpWindow } from '../pageState.js';
import { texts } from '../texts.js';
import { runStroke, type Theme } from '../theme.js';
import type { ViewState } from '../viewState.js';
import { chartGestures, type Zoom } from './chartGestures.js';
import { chartMarks } from './chartMarks.js';
import { type Component, element, setText } from './component.js';
import type { CursorState } from './cursor.js';
import { cursorTable } from './cursorTable.js';
import { type ChartLine, type LineChart, type LineChartState, lineChart } from './lineChart.js';
import { pointTable } from './pointTable.js';

/** A metric in all runs that are shown, and how to show it. */
export interface ChartCardState {
  readonly metric: string;
  readonly series: readonly DrawnSeries[];
  readonly window: SharpWindow | undefined;
  /** By id, with the name that tells it apart. */
  readonly runs: ReadonlyMap<string, { readonly run: RunView; readonly name: string }>;
  readonly checkpoints: readonly CheckpointView[];
  readonly view: ViewState;
  readonly theme: Theme;
}

/** What a card asks for. */
export interface ChartCardActions {
  /** Wants the points of a part of the axis. */
  askWindow(metric: string, range: Range): void;
  savePng(name: string, canvas: HTMLCanvasElement): void;
  saveCsv(metric: string): void;
  readonly cursor: CursorState;
}

let cardCount = 0;

/**
 * One metric: its name and newest value, its chart, and the table behind the chart. Says by `data-metric`, `data-points`
 * (recorded) and `data-drawn` (on the canvas now) what it shows. A card that is scrolled out of sight draws nothing until it is seen.
 */
export function chartCard(
  initial: ChartCardState,
  actions: ChartCardActions,
): Component<ChartCardState> & { readonly card: HTMLElement } {
  const life = new AbortController();
  const { signal } = life;
  const { metric } = initial;
  const id = `metric-${++cardCount}`;
  const card = element('article', 'chart-card');
  card.dataset.metric = metric;
  card.setAttribute('aria-labelledby', id);
  const head = card.appendChild(element('div', 'chart-head'));
  const name = head.appendChild(element('h3', 'chart-name', metric));
  name.id = id;
  const value = head.appendChild(element('span', 'chart-value'));
  const button = (text: string, label: string, act: () => void) => {
    const made = head.appendChild(element('button', 'button link', text));
    made.type = 'button';
    made.title = label;
    made.setAttribute('aria-describedby', id);
    made.addEventListener('click', act, { signal });
    return made;
  };
  const reset = button(texts.resetZoom, texts.resetZoom, () => setZoom({}));
  button(texts.savePng, texts.savePngLabel, () => actions.savePng(metric, canvas));
  button(texts.saveCsv, texts.saveCsvLabel, () => actions.saveCsv(metric));
  const toggle = button(texts.showTable, texts.showTable, () => toggleTables());
  const note = card.appendChild(element('p', 'chart-note'));
  const frame = card.appendChild(element('div', 'chart-frame'));
  frame.tabIndex = 0;
  frame.setAttribute('role', 'group');
  frame.setAttribute('aria-label', `${metric}. ${texts.chartKeys}`);
  const canvas = frame.appendChild(document.createElement('canvas'));
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', metric);
  const marks = chartMarks(frame);
  const line = frame.appendChild(element('div', 'crosshair'));
  const box = frame.appendChild(element('div', 'zoom-box'));
  line.hidden = box.hidden = true;
  const values = cursorTable(frame);

  let state = initial;
  let chart: LineChart | undefined;
  let tables: Component<DrawnSeries>[] | undefined;
  let zoom: Zoom = {};
  let isInView = false;
  let drawn: readonly {
    readonly series: DrawnSeries;
    readonly raw: readonly Point[];
    readonly line: readonly Point[];
  }[] = [];
  let asked = '';

  const setZoom = (next: Zoom) => {
    zoom = next;
    ask();
    draw();
  };
  const ask = () => {
    if (!zoom.x || !state.series.some((one) => one.total > one.points.length)) return;
    // While a run goes on its newest points may lie in the part that is shown.
    const key = [state.view.axis, ...zoom.x, ...state.series.map(({ total }) => total)].join();
    if (key === asked) return;
    asked = key;
    actions.askWindow(metric, zoom.x);
  };
  const isSharp = (window: SharpWindow | undefined): window is SharpWindow =>
    zoom.x !== undefined && window?.axis === state.view.axis && window.from <= zoom.x[1] && window.to >= zoom.x[0];

  const draw = () => {
    const { series, runs, view, theme } = state;
    const total = series.reduce((sum, one) => sum + one.total, 0);
    const notFinite = series.reduce((sum, one) => sum + one.notFinite, 0);
    card.dataset.points = String(total);
    setText(value, series.length === 1 ? formatValue(series[0]?.last ?? Number.NaN) : '');
    setText(note, notFinite > 0 ? texts.notFinite(formatCount(notFinite)) : '');
    note.hidden = notFinite === 0;
    reset.hidden = !zoom.x && !zoom.y;
    for (const [i, table] of (tables ?? []).entries()) {
      const one = series[i];
      // Beside others a table is named after its run, too.
      const known = one && series.length > 1 ? runs.get(one.run) : undefined;
      if (one) table.update(known ? { ...one, name: `${metric} · ${known.name}` } : one);
    }
    if (!isInView) return;
    canvas.setAttribute('aria-label', spoken(state));
    const sharp = isSharp(state.window) ? state.window : undefined;
    drawn = series.map((one) => {
      const { points } = sharp?.series.get(one.run) ?? one;
      const xs = places(points, view.axis, runs.get(one.run)?.run.startedAt ?? null);
      const raw = points.map(({ y }, i) => ({ x: xs[i] as number, y }));
      return { series: one, raw, line: view.smoothing > 0 ? smoothed(raw, view.smoothing) : raw };
    });
    const shape = chartState(drawn, state, zoom);
    chart ??= lineChart(canvas, shape);
    chart.update(shape);
    card.dataset.drawn = String(drawn.reduce((sum, { raw }) => sum + raw.length, 0));
    marks.update({ chart, state, theme });
    showCursor();
  };

  const showCursor = () => {
    const { x, owner } = actions.cursor.now;
    const { left, right } = chart?.area() ?? { left: 0, right: 0 };
    const pixel = x === null || !chart ? Number.NaN : chart.pixelOf(x);
    line.hidden = !(pixel >= left && pixel <= right);
    if (!line.hidden) line.style.transform = `translateX(${pixel}px)`;
    const isMine = owner === card && !line.hidden && x !== null;
    values.update(
      isMine
        ? {
            title: formatPlace(state.view.axis === 'step' ? Math.round(x) : x, state.view.axis),
            isLeft: pixel > (left + right) / 2,
            rows: drawn.map(({ series, raw, line }) => {
              const at = nearest(raw, x);
              const known = state.runs.get(series.run);
              return {
                name: known?.name ?? '',
                color: runStroke(state.theme, known?.run.color ?? 0).color,
                value: raw[at]?.y ?? Number.NaN,
                smooth: state.view.smoothing > 0 ? (line[at]?.y ?? Number.NaN) : undefined,
              };
            }),
          }
        : null,
    );
  };

  const toggleTables = () => {
    if (tables) for (const table of tables) table.dispose();
    tables = tables ? undefined : state.series.map(() => pointTable(card));
    toggle.setAttribute('aria-expanded', String(tables !== undefined));
    setText(toggle, tables ? texts.hideTable : texts.showTable);
    toggle.title = tables ? texts.hideTable : texts.showTable;
    draw();
  };
  toggle.setAttribute('aria-expanded', 'false');

  const stopGestures = chartGestures({
    frame,
    box,
    chart: () => chart,
    isLog: () => ({ x: state.view.logX, y: state.view.logY }),
    cursor: () => actions.cursor.now.x,
    zoom: setZoom,
    moveCursor: (x) => actions.cursor.move(x, x === null ? null : card),
  });
  const stopCursor = actions.cursor.listen(showCursor);
  const sight = new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? false;
    if (isInView) draw();
  });
  sight.observe(card);
  draw();

  return {
    card,
    update(next) {
      if (next.view.axis !== state.view.axis || next.view.logX !== state.view.logX) zoom = {};
      if (tables && next.series.length !== tables.length) {
        for (const table of tables) table.dispose();
        tables = next.series.map(() => pointTable(card));
      }
      state = next;
      ask();
      draw();
    },
    dispose() {
      life.abort();
      stopGestures();
      stopCursor();
      sight.disconnect();
      chart?.dispose();
      card.remove();
    },
  };
}

interface Drawn {
  readonly series: DrawnSeries;
  readonly raw: readonly Point[];
  readonly line: readonly Point[];
}

function chartState(drawn: readonly Drawn[], { runs, view, theme }: ChartCardState, zoom: Zoom): LineChartState {
  const lines: ChartLine[] = [];
  for (const { series, raw, line } of drawn) {
    const stroke = runStroke(theme, runs.get(series.run)?.run.color ?? 0);
    if (line !== raw) lines.push({ points: raw, ...stroke, isFaint: true });
    lines.push({ points: line, ...stroke, isFaint: false });
  }
  const xs = extent(drawn.flatMap(({ raw }) => raw.map(({ x }) => x)).filter((x) => !view.logX || x > 0));
  const all = xs && xs[0] < xs[1] ? xs : undefined;
  const robust = () => robustRange(drawn.flatMap(({ raw }) => raw.map(({ y }) => y)));
  const cut = zoom.y ?? (view.robust ? robust() : undefined);
  const y = view.logY && cut && cut[0] <= 0 ? undefined : cut;
  return { lines, theme, axis: view.axis, logX: view.logX, logY: view.logY, x: zoom.x ?? all, y };
}

/** The place of the point that is nearest to x; points are in order of x. */
function nearest(points: readonly Point[], x: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as Point).x < x) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  return before && after && x - before.x < after.x - x ? low - 1 : low;
}

/** The chart in a sentence. */
function spoken({ metric, series, view }: ChartCardState): string {
  const axis = view.axis === 'step' ? texts.step : texts.axes[view.axis];
  const total = formatCount(series.reduce((sum, one) => sum + one.total, 0));
  const range = extent(series.flatMap(({ points }) => points.map(({ y }) => y)));
  if (!range) return texts.spokenNothing(metric, axis, total);
  const last = series.map((one) => formatValue(one.last)).join(', ');
  return texts.spoken(metric, axis, total, formatValue(range[0]), formatValue(range[1]), last);
}
