import type { SweepMode } from './learningRateSweep.js';
import type { LearningRateResults } from './learningRates.js';

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = { left: 70, right: 20, top: 20, bottom: 50 };

interface Axis {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** A curve of loss over learning rate as SVG, with axes; a red dot on the point `marked`. */
export function plotLearningRates({ lr, loss }: LearningRateResults, mode: SweepMode, marked?: number): string {
  const points = lr.flatMap((rate, index) => {
    const value = loss[index];
    return value !== undefined && Number.isFinite(value) ? [{ rate, value, index }] : [];
  });
  const rates = points.map(({ rate }) => rate);
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = mode === 'exponential' ? logAxis(rates, MARGIN.left, right) : linearAxis(rates, MARGIN.left, right);
  const y = linearAxis(
    points.map(({ value }) => value),
    bottom,
    MARGIN.top,
  );
  const dot = points.find(({ index }) => index === marked);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    '<title>Loss over learning rate</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="black"/>`,
    ...x.ticks.map((tick) => {
      const at = px(x.place(tick));
      return `<path d="M${at} ${bottom}v5" stroke="black"/><text x="${at}" y="${bottom + 18}" text-anchor="middle">${label(tick)}</text>`;
    }),
    ...y.ticks.map((tick) => {
      const at = px(y.place(tick));
      return `<path d="M${MARGIN.left} ${at}h-5" stroke="black"/><text x="${MARGIN.left - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${label(tick)}</text>`;
    }),
    `<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">Learning rate</text>`,
    `<text transform="translate(16 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">Loss</text>`,
    `<polyline fill="none" stroke="#1f77b4" stroke-width="1.5" points="${points.map(({ rate, value }) => `${px(x.place(rate))},${px(y.place(value))}`).join(' ')}"/>`,
    ...(dot ? [`<circle cx="${px(x.place(dot.rate))}" cy="${px(y.place(dot.value))}" r="5" fill="red"/>`] : []),
    '</svg>',
    '',
  ].join('\n');
}

function px(value: number): string {
  return value.toFixed(1);
}

function label(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(0) : String(Number(value.toPrecision(4)));
}

function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  const range = high - low || 1; // all values alike
  return (value) => from + ((value - low) / range) * (to - from);
}

/** About five round numbers. */
function linearAxis(values: readonly number[], from: number, to: number): Axis {
  const [low, high] = bounds(values);
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => power * factor >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return { ticks: Array.from({ length: count }, (_, i) => (first + i) * step), place: scale(low, high, from, to) };
}

/** Powers of ten. */
function logAxis(values: readonly number[], from: number, to: number): Axis {
  const [low, high] = bounds(values.map(Math.log10));
  const every = Math.max(1, Math.ceil((high - low) / 8));
  const first = Math.ceil(low - 1e-9);
  const count = Math.max(0, Math.floor((high + 1e-9 - first) / every) + 1);
  const place = scale(low, high, from, to);
  return {
    ticks: Array.from({ length: count }, (_, i) => 10 ** (first + i * every)),
    place: (value) => place(Math.log10(value)),
  };
}

function bounds(values: readonly number[]): readonly [low: number, high: number] {
  return values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
}
