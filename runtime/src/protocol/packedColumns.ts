import type { WireNumber } from './events.js';
import { fromWireNumber, toWireNumber } from './wireNumber.js';

/** Whole numbers as the first one, then pairs: a difference and how often it follows. `[5, 1, 3]` is 5, 6, 7, 8. */
export interface RunColumn {
  readonly runs: readonly number[];
}

/** Whole numbers as the first one, then the differences to the next. `[5, 0, 2]` is 5, 5, 7. */
export interface DeltaColumn {
  readonly deltas: readonly number[];
}

/** A column of steps, epochs or times: plain, or packed when that is shorter. */
export type CountColumn = readonly number[] | RunColumn | DeltaColumn;

/**
 * The values of one metric. `f32` are float32 numbers in the fewest digits that tell them apart: the reader rounds each to float32 and
 * has the very number. `at` are pairs, rows to skip and rows that have a value; without it every row has one.
 */
export interface PackedValues {
  readonly f32?: readonly WireNumber[];
  readonly f64?: readonly WireNumber[];
  readonly at?: readonly number[];
}

/** One metric's column: plain with null where a row has no value, or packed. */
export type ValueColumn = readonly (WireNumber | null)[] | PackedValues;

/** The rows that have a value, ascending, and their values. */
export interface MetricColumn {
  readonly rows: Uint32Array;
  readonly values: Float64Array;
}

/** Packing fewer numbers gains nothing. */
const MIN_PACKED = 4;
/** Whole numbers up to here are float32 numbers, and as short as they get. */
const WHOLE_FLOAT32 = 2 ** 24;

/** Packs whole numbers; what would not get shorter, and numbers that are not whole, stay a list. */
export function packCounts(values: readonly number[]): CountColumn {
  if (values.length < MIN_PACKED || !values.every(Number.isSafeInteger)) return values;
  const [first = 0] = values;
  const deltas = [first];
  const runs = [first];
  for (let row = 1; row < values.length; row++) {
    const delta = (values[row] as number) - (values[row - 1] as number);
    deltas.push(delta);
    const last = runs.length - 1;
    if (last > 0 && runs[last - 1] === delta) runs[last] = (runs[last] as number) + 1;
    else runs.push(delta, 1);
  }
  return runs.length < deltas.length ? { runs } : { deltas };
}

/** The numbers of a column. The column has passed {@link countLength}. */
export function unpackCounts(column: CountColumn): Float64Array {
  if ('runs' in column) {
    const { runs } = column;
    const values = new Float64Array(runLength(runs));
    let value = runs[0] as number;
    values[0] = value;
    let row = 1;
    for (let pair = 1; pair < runs.length; pair += 2) {
      const [delta, count] = [runs[pair] as number, runs[pair + 1] as number];
      for (let i = 0; i < count; i++) {
        value += delta;
        values[row++] = value;
      }
    }
    return values;
  }
  if (!('deltas' in column)) return Float64Array.from(column);
  let value = 0;
  return Float64Array.from(column.deltas, (delta) => {
    value += delta;
    return value;
  });
}

/** How many numbers a column holds, without unpacking it; undefined for one that is malformed. */
export function countLength(column: unknown): number | undefined {
  if (Array.isArray(column)) return column.every(Number.isFinite) ? column.length : undefined;
  if (!isRecord(column)) return undefined;
  const { runs, deltas } = column;
  if (isWhole(deltas) && deltas.length > 0) return deltas.length;
  if (!isWhole(runs) || runs.length % 2 === 0) return undefined;
  for (let pair = 2; pair < runs.length; pair += 2) if ((runs[pair] as number) < 1) return undefined;
  return runLength(runs);
}

/** Packs a metric's values. @param rows where they stand, ascending @param count how many rows there are in all */
export function packValues(values: readonly number[], rows: readonly number[], count: number): ValueColumn {
  const short = shortFloat32s(values);
  if (values.length === count) return short ? { f32: short } : values.map(toWireNumber);
  return { [short ? 'f32' : 'f64']: short ?? values.map(toWireNumber), at: packRows(rows) };
}

/** The values of a column of `count` rows. The column has passed {@link isValueColumn}. */
export function unpackValues(column: ValueColumn, count: number): MetricColumn {
  if (isList(column)) {
    const rows = column.flatMap((value, row) => (value === null ? [] : row));
    const present = column.filter((value) => value !== null);
    return { rows: Uint32Array.from(rows), values: Float64Array.from(present, fromWireNumber) };
  }
  const { f32, f64, at } = column;
  const values = Float64Array.from(f32 ?? f64 ?? [], fromWireNumber);
  if (f32) for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i] as number);
  return { rows: at ? unpackRows(at, values.length) : upTo(count), values };
}

/** True for a well-formed column of `count` rows. */
export function isValueColumn(column: unknown, count: number): boolean {
  if (Array.isArray(column)) return column.length === count && column.every((value) => value === null || isWire(value));
  if (!isRecord(column)) return false;
  const { f32, f64, at } = column;
  const values = f32 ?? f64;
  if (!Array.isArray(values) || !values.every(isWire) || (f32 !== undefined && f64 !== undefined)) return false;
  if (at === undefined) return values.length === count;
  if (!isWhole(at) || at.length % 2 !== 0 || at.some((length) => length < 0)) return false;
  const taken = at.reduce((sum, length, i) => sum + (i % 2) * length, 0);
  return taken === values.length && at.reduce((sum, length) => sum + length, 0) <= count;
}

/** True for a number as it travels. */
export function isWire(value: unknown): value is WireNumber {
  return (
    (typeof value === 'number' && Number.isFinite(value)) || value === 'nan' || value === 'inf' || value === '-inf'
  );
}

/** Undefined when one of them is no float32 number, or when none would get shorter. */
function shortFloat32s(values: readonly number[]): WireNumber[] | undefined {
  const short: WireNumber[] = [];
  let gains = false;
  for (const value of values) {
    if (!Number.isFinite(value)) {
      short.push(toWireNumber(value));
      continue;
    }
    if (Math.fround(value) !== value) return undefined;
    const text = shortFloat32(value);
    gains ||= text !== value;
    short.push(text);
  }
  return gains ? short : undefined;
}

/** The number of fewest decimal digits that rounds to a float32 number; nine are always enough. */
function shortFloat32(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= WHOLE_FLOAT32) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function packRows(rows: readonly number[]): number[] {
  const at: number[] = [];
  let next = -1;
  for (const row of rows) {
    if (row === next) at[at.length - 1] = (at[at.length - 1] as number) + 1;
    else at.push(row - Math.max(next, 0), 1);
    next = row + 1;
  }
  return at;
}

function unpackRows(at: readonly number[], count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let row = 0;
  let index = 0;
  for (const [i, length] of at.entries()) {
    if (i % 2 === 1) for (let j = 0; j < length; j++) rows[index++] = row + j;
    row += length;
  }
  return rows;
}

function upTo(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 1; row < count; row++) rows[row] = row;
  return rows;
}

function runLength(runs: readonly number[]): number {
  let length = 1;
  for (let pair = 2; pair < runs.length; pair += 2) length += runs[pair] as number;
  return length;
}

function isWhole(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isSafeInteger);
}

function isList(column: ValueColumn): column is readonly (WireNumber | null)[] {
  return Array.isArray(column);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
