import type { KernelCase } from './frame.js';
import { general, type Row, reportTable } from './reportTable.js';

/** What a report may be sorted by. */
export const KERNEL_SORT_KEYS = ['selfTime', 'totalTime', 'meanTime', 'calls', 'memory'] as const;
export type KernelSortKey = (typeof KERNEL_SORT_KEYS)[number];

/** What all runs of a kernel took together. Times are in milliseconds. */
export interface KernelTotals {
  readonly name: string;
  /** `64×10 10×5 → 64×5 float32`; undefined for all shapes together. */
  readonly shapes?: string;
  readonly calls: number;
  readonly totalMs: number;
  /** Without the kernels that it consists of. */
  readonly selfMs: number;
  /** Memory that its outputs took, in bytes. */
  readonly bytes: number;
}

/** Sets of shapes that are kept apart; sequences of any length have as many. */
const MAX_CASES = 10_000;
const OTHER_SHAPES: KernelCase = { inputs: [], outputs: [], dtype: '', text: '(other shapes)', fileId: undefined };

type Sums = { -readonly [Key in keyof KernelTotals]: KernelTotals[Key] };

/** Adds up what kernels took, by name and by shapes. */
export class KernelTimes {
  readonly #cases = new Map<string, KernelCase>();
  readonly #byName = new Map<string, Sums & { readonly cases: Map<KernelCase, Sums> }>();

  /** The one object for kernels with these shapes. */
  caseOf(
    inputs: readonly { readonly shape: readonly number[] }[],
    outputs: readonly { readonly shape: readonly number[]; readonly dtype: string }[],
  ): KernelCase {
    const dtype = outputs[0]?.dtype ?? '';
    const text = `${inputs.map(shapeText).join(' ')} → ${outputs.map(shapeText).join(' ')} ${dtype}`;
    const known = this.#cases.get(text);
    if (known) return known;
    if (this.#cases.size >= MAX_CASES) return OTHER_SHAPES;
    const shapesOf = (tensors: readonly { readonly shape: readonly number[] }[]) =>
      tensors.map(({ shape }) => [...shape]);
    const added = { inputs: shapesOf(inputs), outputs: shapesOf(outputs), dtype, text, fileId: undefined };
    this.#cases.set(text, added);
    return added;
  }

  add(name: string, kernel: KernelCase, totalMs: number, selfMs: number, bytes: number): void {
    let all = this.#byName.get(name);
    if (!all) {
      all = { ...noTime(name), cases: new Map() };
      this.#byName.set(name, all);
    }
    let one = all.cases.get(kernel);
    if (!one) {
      one = { ...noTime(name), shapes: kernel.text };
      all.cases.set(kernel, one);
    }
    for (const sums of [all, one]) {
      sums.calls++;
      sums.totalMs += totalMs;
      sums.selfMs += selfMs;
      sums.bytes += bytes;
    }
  }

  /** By name, most first. */
  kernels(sortBy: KernelSortKey): KernelTotals[] {
    return sorted(
      [...this.#byName.values()].map(({ cases: _cases, ...sums }) => sums),
      sortBy,
    );
  }

  /** By name and shapes, most first. */
  cases(sortBy: KernelSortKey): KernelTotals[] {
    return sorted(
      [...this.#byName.values()].flatMap(({ cases }) => [...cases.values()].map((sums) => ({ ...sums }))),
      sortBy,
    );
  }
}

/**
 * Kernels as a table in the form of the profilers' reports.
 * @param limit rows; -1 for all
 */
export function kernelTable(totals: readonly KernelTotals[], limit: number): string {
  const all = totals.reduce((sum, { selfMs }) => sum + selfMs, 0);
  const calls = totals.reduce((sum, each) => sum + each.calls, 0);
  const rows = (limit < 0 ? totals : totals.slice(0, limit)).map(
    ({ name, shapes, ...sums }): Row => [
      shapes === undefined ? name : `${name} ${shapes}`,
      general(sums.selfMs / 1000),
      general(all > 0 ? (100 * sums.selfMs) / all : 0),
      general(sums.totalMs / 1000),
      general(sums.totalMs / 1000 / sums.calls),
      String(sums.calls),
      memoryText(sums.bytes),
    ],
  );
  const left = totals.length - rows.length;
  const total: Row = ['Total', general(all / 1000), '100 %', '-', '-', String(calls), '-'];
  const table = reportTable(
    ['Kernel', 'Self time (s)', 'Self %', 'Total time (s)', 'Mean (s)', 'Num calls', 'Memory'],
    [[total], rows],
  );
  return left > 0 ? `${table}\nand ${left} more` : table;
}

/** `1.5 MB`. */
export function memoryText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

function noTime(name: string): Sums {
  return { name, calls: 0, totalMs: 0, selfMs: 0, bytes: 0 };
}

function shapeText({ shape }: { readonly shape: readonly number[] }): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

function sorted(totals: readonly KernelTotals[], sortBy: KernelSortKey): KernelTotals[] {
  const value = ({ calls, totalMs, selfMs, bytes }: KernelTotals) =>
    ({ selfTime: selfMs, totalTime: totalMs, meanTime: totalMs / calls, calls, memory: bytes })[sortBy];
  return [...totals].sort((a, b) => value(b) - value(a));
}
