import { describe, expect, it } from 'vitest';
import { type Contestant, race, ratio, summarize } from './measure.js';
import { report } from './report.js';

const timings = (name: string, ...rounds: number[]) => ({ name, rounds });

describe('measuring', () => {
  it.each([
    { values: [5], expected: { median: 5, low: 5, high: 5 } },
    { values: [4, 1, 3, 2], expected: { median: 2.5, low: 1.75, high: 3.25 } },
    { values: [10, 1, 2, 1000, 3], expected: { median: 3, low: 2, high: 10 } },
  ])('summarizes $values', ({ values, expected }) => {
    expect(summarize(values)).toEqual(expected);
  });

  it('compares round by round, so that a slow round of both does not count', () => {
    expect(ratio(timings('ours', 2, 200, 2), timings('peer', 1, 100, 1)).median).toBe(2);
  });

  it('lets each contestant begin by turns, and leaves out the rounds at the beginning', async () => {
    const order: string[] = [];
    const contestant = (name: string): Contestant => ({
      name,
      round: async () => order.push(name),
      [Symbol.asyncDispose]: async () => undefined,
    });
    const found = await race([contestant('a'), contestant('b')], { rounds: 2, warmups: 1 });
    expect(order.join('')).toBe('ab' + 'ab' + 'ba');
    expect(found).toEqual([timings('a', 3, 6), timings('b', 4, 5)]);
  });

  it('reports times for information and one line of ratios', () => {
    const text = report('speed', {
      title: 'a thing',
      timings: [timings('ours', 10, 10), timings('peer', 20, 20)],
      comparisons: [{ ours: 'ours', peer: 'peer' }],
    });
    expect(text.split('\n').at(-1)).toBe('bench speed: ratio 0.5 (0.5 … 0.5) ours / peer');
    expect(text).toContain('  ours      10.00 ms   10.00 … 10.00');
  });
});
