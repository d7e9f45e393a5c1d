import { Series } from '@lightning-typescript/webview/series';
import { describe, expect, it } from 'vitest';
import { metricSummary } from './summaries.js';

function store(count: number, names: readonly string[]) {
  const all = new Map(
    names.map((name) => {
      const series = new Series();
      for (let step = 0; step < count; step++) series.append(step, step % 7);
      return [name, series] as const;
    }),
  );
  return { names: () => [...all.keys()], get: (name: string) => all.get(name) };
}

describe('what a language model is told of metrics', () => {
  it('is the last, least and greatest value of each', () => {
    expect(metricSummary(store(10, ['loss', '__proto__']), undefined)).toEqual({
      metrics: [
        { name: 'loss', count: 10, last: 2, least: 0, greatest: 6 },
        { name: '__proto__', count: 10, last: 2, least: 0, greatest: 6 },
      ],
    });
  });

  it('is bounded, however long the run and however many the metrics', () => {
    const names = Array.from({ length: 60 }, (_, index) => `m${index}`);
    expect(metricSummary(store(1, names), undefined)).toMatchObject({ leftOut: 20 });
    const { points = [] } = metricSummary(store(5_000, ['loss']), 'loss');
    expect(points).toHaveLength(100);
    expect(points.at(-1)?.[0]).toBe(4_999);
  });

  it('names the metrics when the wanted one is not there', () => {
    expect(metricSummary(store(1, ['loss']), 'accuracy')).toEqual({
      error: 'There is no such metric.',
      metrics: ['loss'],
    });
  });
});
