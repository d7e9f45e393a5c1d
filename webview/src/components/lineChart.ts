import {
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { formatCount, formatValue } from '../format.js';
import type { Point } from '../pageState.js';
import { texts } from '../texts.js';
import type { Theme } from '../theme.js';
import type { Component } from './component.js';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

/** With few points a line alone shows too little, or, with one, nothing. */
const FEW_POINTS = 30;

/** What a line chart shows; the points come decimated, in order of x. */
export interface LineChartState {
  readonly points: readonly Point[];
  readonly theme: Theme;
}

/** One line on a canvas. The only part that knows chart.js. */
export function lineChart(canvas: HTMLCanvasElement, initial: LineChartState): Component<LineChartState> {
  const chart = new Chart(canvas, configuration(initial));
  let theme = initial.theme;
  return {
    update(state) {
      if (state.theme !== theme) {
        theme = state.theme;
        chart.options = options(theme);
      }
      const x = chart.options.scales?.x;
      if (x) Object.assign(x, { min: undefined, max: undefined }, extent(state.points));
      // A fresh array: chart.js watches the one it has by replacing its methods, which misses a changed length.
      chart.data.datasets = datasets(state);
      chart.update('none');
    },
    dispose: () => chart.destroy(),
  };
}

type Line = ChartConfiguration<'line', Point[]>;

function configuration(state: LineChartState): Line {
  return { type: 'line', data: { datasets: datasets(state) }, options: options(state.theme) };
}

function datasets({ points, theme }: LineChartState): Line['data']['datasets'] {
  return [
    {
      data: points.slice(),
      borderColor: theme.line,
      backgroundColor: theme.line,
      borderWidth: 1.5,
      pointRadius: points.length <= FEW_POINTS ? 2 : 0,
      pointHitRadius: 6,
      clip: 3, // the first and the last point stand on the edge
    },
  ];
}

/** The axis ends where the line does; of a single point the library makes the best. */
function extent(points: readonly Point[]): { min?: number; max?: number } {
  const [first, last] = [points[0], points.at(-1)];
  return first && last && first.x < last.x ? { min: first.x, max: last.x } : {};
}

function options(theme: Theme): NonNullable<Line['options']> {
  const font = { family: theme.font, size: 11 };
  const axis = { grid: { color: theme.grid }, border: { color: theme.grid } };
  const ticks = { color: theme.text, font, maxRotation: 0, sampleSize: 8 };
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: ['mousemove', 'mouseout'],
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: {
        ...axis,
        type: 'linear',
        title: { display: true, text: texts.step, color: theme.text, font },
        ticks: { ...ticks, precision: 0, includeBounds: false, callback: (value) => formatCount(Number(value)) },
      },
      y: { ...axis, type: 'linear', ticks: { ...ticks, callback: (value) => formatValue(Number(value)) } },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        animation: false,
        displayColors: false,
        backgroundColor: theme.panel,
        titleColor: theme.panelText,
        bodyColor: theme.panelText,
        borderColor: theme.panelBorder,
        borderWidth: 1,
        callbacks: {
          title: ([item]) => (item ? `${texts.step} ${formatCount(item.parsed.x ?? 0)}` : ''),
          label: ({ parsed }) => formatValue(parsed.y ?? Number.NaN),
        },
      },
    },
  };
}
