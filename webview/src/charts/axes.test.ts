import { describe, expect, it } from 'vitest';
import { places } from './axes.js';

const at = (step: number, epoch: number) => ({ step, epoch, y: 0, time: 5_000 + step * 100 });
const points = [at(0, 0), at(5, 0), at(10, 1), at(15, 1), at(20, 2), at(25, 2)];

describe('places', () => {
  it.each([
    ['step', [0, 5, 10, 15, 20, 25]],
    ['epoch', [0, 0.5, 1, 1.5, 2, 2.5]],
    ['relative', [1, 1.5, 2, 2.5, 3, 3.5]],
    ['wall', [5000, 5500, 6000, 6500, 7000, 7500]],
  ] as const)('by %s', (axis, expected) => {
    expect(places(points, axis, 4_000)).toEqual(expected);
  });

  it('puts what is logged once an epoch at its epoch', () => {
    expect(places([at(9, 0), at(19, 1), at(29, 2)], 'epoch', 0)).toEqual([0, 1, 2]);
  });

  it('has no place for no points', () => {
    expect(places([], 'epoch', null)).toEqual([]);
  });
});
