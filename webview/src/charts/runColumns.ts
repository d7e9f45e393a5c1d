import type { RunView } from '../messages/index.js';

/** A hyperparameter or a metric as a column of the table of runs. */
export interface RunColumn {
  readonly kind: 'hparam' | 'metric';
  readonly name: string;
}

/** What stands in a cell; undefined when the run has none. */
export type Cell = string | number | boolean | null | undefined;

/** All hyperparameters of runs, then all metrics, in the order in which they come. */
export function runColumns(runs: readonly RunView[]): RunColumn[] {
  const hparams = new Set(runs.flatMap((run) => run.hparams.map(({ name }) => name)));
  const metrics = new Set(runs.flatMap((run) => run.metrics.map(({ name }) => name)));
  return [
    ...[...hparams].map((name) => ({ kind: 'hparam' as const, name })),
    ...[...metrics].map((name) => ({ kind: 'metric' as const, name })),
  ];
}

/** A run's value in a column. */
export function cellOf(run: RunView, { kind, name }: RunColumn): Cell {
  return (kind === 'hparam' ? run.hparams : run.metrics).find((one) => one.name === name)?.value;
}

/** Runs in order of a column: numbers by size, words by letter; what is missing or no number comes last, either way. */
export function sortedRuns(runs: readonly RunView[], cellIn: (run: RunView) => Cell, isDescending: boolean): RunView[] {
  const isMissing = (cell: Cell) => cell === undefined || cell === null || Number.isNaN(cell);
  return [...runs].sort((a, b) => {
    const [left, right] = [cellIn(a), cellIn(b)];
    if (isMissing(left) || isMissing(right)) return Number(isMissing(left)) - Number(isMissing(right));
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right), 'en', { numeric: true });
    return isDescending ? -order : order;
  });
}
