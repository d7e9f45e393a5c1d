import type { RunModel } from './runModel.js';

/** So many rows are put together before they are handed on. */
const ROWS_A_PIECE = 1000;

interface Head {
  readonly name: string;
  readonly rest: Iterator<Point>;
  point: Point;
}

interface Point {
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly value: number;
}

/**
 * All metrics of a run as CSV, piece by piece: a row for what was logged together, a column a metric, empty where it was not logged. Columns
 * `epoch`, `step` and `time` (ISO 8601) come first. Load the run before.
 */
export function* metricsCsv({ series }: Pick<RunModel, 'series'>): Generator<string> {
  const names = series.names();
  yield `${['epoch', 'step', 'time', ...names].map(cell).join(',')}\n`;
  const heads: Head[] = names.flatMap((name) => {
    const rest: Iterator<Point> = series.points(name)[Symbol.iterator]();
    const first = rest.next();
    return first.done ? [] : { name, rest, point: first.value };
  });
  let rows: string[] = [];
  while (heads.length > 0) {
    const { point: next } = heads.reduce((a, b) => (isBefore(b.point, a.point) ? b : a));
    const values = new Map<string, number>();
    for (let i = heads.length - 1; i >= 0; i--) {
      const head = heads[i] as Head;
      if (isBefore(next, head.point) || isBefore(head.point, next)) continue;
      values.set(head.name, head.point.value);
      const following = head.rest.next();
      if (following.done) heads.splice(i, 1);
      else head.point = following.value;
    }
    const columns = names.map((name) => (values.has(name) ? String(values.get(name)) : ''));
    rows.push([next.epoch, next.step, isoTime(next.time), ...columns].join(','));
    if (rows.length < ROWS_A_PIECE) continue;
    yield `${rows.join('\n')}\n`;
    rows = [];
  }
  if (rows.length > 0) yield `${rows.join('\n')}\n`;
}

/** By step; of one step what was logged first. Equal both ways: they were logged together. */
function isBefore(a: Point, b: Point): boolean {
  return a.step < b.step || (a.step === b.step && (a.time < b.time || (a.time === b.time && a.epoch < b.epoch)));
}

function isoTime(milliseconds: number): string {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : ''; // what a Date can hold
}

/** A name as a cell: spreadsheets take some beginnings for formulas. */
function cell(name: string): string {
  const text = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
