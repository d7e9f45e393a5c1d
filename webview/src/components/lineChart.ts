import {
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
} from 'chart.js';
import type { Range } from '../charts/ranges.js';
import type { Point } from '../charts/smoothing.js';
import { formatPlace, formatValue } from '../format.js';
import type { XAxis } from '../messages/index.js';
import { texts } from '../texts.js';
import type { Theme } from '../theme.js';
import type { Component } from './component.js';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

/** With few points a line alone shows too little, or, with one, nothing. */
const FEW_POINTS = 30;

/** One line; the points come decimated, in order of x. */
export interface ChartLine {
  readonly points: readonly Point[];
  readonly color: string;
  readonly dash: number[];
  /** Drawn so that it stays behind the others. */
  readonly isFaint: boolean;
}

/** What a line chart shows. */
export interface LineChartState {
  readonly lines: readonly ChartLine[];
  readonly theme: Theme;
  readonly axis: XAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The part to show; undefined for all. */
  readonly x: Range | undefined;
  readonly y: Range | undefined;
}

/** Where a chart's axes are on its canvas, in pixels. */
export interface LineChart extends Component<LineChartState> {
  area(): { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  xAt(pixel: number): number;
  yAt(pixel: number): number;
  pixelOf(x: number): number;
  /** The ranges that are shown now. */
  ranges(): { readonly x: Range; readonly y: Range };
}

/** Lines on a canvas. The only part that knows chart.js. */
export function lineChart(canvas: HTMLCanvasElement, initial: LineChartState): LineChart {
  const chart = new Chart(canvas, { type: 'line', data: { datasets: datasets(initial) }, options: options(initial) });
  let shown = initial;
  const scale = (name: 'x' | 'y') => chart.scales[name] as NonNullable<(typeof chart.scales)[string]>; // we made both
  return {
    update(state) {
      if (!hasSameFrame(state, shown)) chart.options = options(state);
      shown = state;
      const { x, y } = chart.options.scales ?? {};
      if (x) Object.assign(x, { min: state.x?.[0], max: state.x?.[1] });
      if (y) Object.assign(y, { min: state.y?.[0], max: state.y?.[1] });
      // A fresh array: chart.js watches the one it has by replacing its methods, which misses a changed length.
      chart.data.datasets = datasets(state);
      chart.update('none');
    },
    dispose: () => chart.destroy(),
    area: () => chart.chartArea,
    xAt: (pixel) => scale('x').getValueForPixel(pixel) ?? Number.NaN,
    yAt: (pixel) => scale('y').getValueForPixel(pixel) ?? Number.NaN,
    pixelOf: (x) => scale('x').getPixelForValue(x),
    ranges: () => ({ x: [scale('x').min, scale('x').max], y: [scale('y').min, scale('y').max] }),
  };
}

type Line = ChartConfiguration<'line', Point[]>;

function hasSameFrame(a: LineChartState, b: LineChartState): boolean {
  return a.theme === b.theme && a.axis === b.axis && a.logX === b.logX && a.logY === b.logY;
}

function datasets({ lines, logX, logY }: LineChartState): Line['data']['datasets'] {
  // A logarithm has no place for what is not positive.
  const canShow = ({ x, y }: Point) => (!logX || x > 0) && (!logY || !(y <= 0));
  return lines.map(({ points, color, dash, isFaint }) => ({
    data: logX || logY ? points.filter(canShow) : points.slice(),
    borderColor: isFaint ? `color-mix(in srgb, ${color} 30%, transparent)` : color,
    backgroundColor: color,
    borderWidth: 1.5,
    borderDash: dash,
    pointRadius: !isFaint && points.length <= FEW_POINTS ? 2 : 0,
    pointHitRadius: 0,
    order: isFaint ? 1 : 0,
    clip: 3, // the first and the last point stand on the edge
  }));
}

function options({ theme, axis, logX, logY }: LineChartState): NonNullable<Line['options']> {
  const font = { family: theme.font, size: 11 };
  const frame = { grid: { color: theme.grid }, border: { color: theme.grid } };
  const ticks = { color: theme.text, font, maxRotation: 0, sampleSize: 8, autoSkipPadding: 12 };
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    scales: {
      x: {
        ...frame,
        type: logX ? 'logarithmic' : 'linear',
        title: { display: true, text: axis === 'step' ? texts.step : texts.axes[axis], color: theme.text, font },
        ticks: {
          ...ticks,
          ...(axis === 'step' && { precision: 0 }),
          includeBounds: false,
          callback: (value) => formatPlace(Number(value), axis),
        },
      },
      y: {
        ...frame,
        type: logY ? 'logarithmic' : 'linear',
        ticks: { ...ticks, callback: (value) => formatValue(Number(value)) },
      },
    },
    plugins: { legend: { display: false } },
  };
}
