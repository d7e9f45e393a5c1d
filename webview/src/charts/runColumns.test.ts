import { describe, expect, it } from 'vitest';
import type { RunView } from '../messages/index.js';
import { cellOf, runColumns, sortedRuns } from './runColumns.js';

const run = (id: string, lr: string | number | null, loss: number): RunView => ({
  id,
  title: 'Lit',
  subtitle: 'fit',
  state: 'finished',
  progress: null,
  end: null,
  color: 0,
  startedAt: null,
  hparams: [{ name: '__proto__', value: lr }],
  metrics: [{ name: 'loss', value: loss }],
});
const runs = [run('a', 10, 3), run('b', 9, Number.NaN), run('c', null, 1)];

describe('the columns of runs', () => {
  it('are hyperparameters, then metrics, whatever their names', () => {
    expect(runColumns(runs).map(({ kind, name }) => `${kind} ${name}`)).toEqual(['hparam __proto__', 'metric loss']);
    expect(cellOf(runs[0] as RunView, { kind: 'hparam', name: '__proto__' })).toBe(10);
    expect(cellOf(runs[0] as RunView, { kind: 'metric', name: 'constructor' })).toBeUndefined();
  });

  it.each([
    ['hparam', '__proto__', false, 'bac'],
    ['hparam', '__proto__', true, 'abc'],
    ['metric', 'loss', false, 'cab'],
    ['metric', 'loss', true, 'acb'],
  ] as const)('sort by %s %s, descending %s', (kind, name, isDescending, order) => {
    const sorted = sortedRuns(runs, (one) => cellOf(one, { kind, name }), isDescending);
    expect(sorted.map(({ id }) => id).join('')).toBe(order);
  });
});
