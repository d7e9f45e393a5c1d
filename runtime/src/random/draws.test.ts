import { afterEach, describe, expect, it } from 'vitest';
import { currentDraws, drawFrom } from './draws.js';
import { rngState, seedEverything, unseed } from './seed.js';

afterEach(() => unseed());

const counting = (start: number) => {
  let next = start;
  return { pass: 0, next: () => next++ / 100 };
};

describe('drawFrom', () => {
  it('decides Math.random across awaits, and for nobody else', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const work = async () => {
      const first = Math.random();
      await gate;
      return [first, Math.random()];
    };
    const [one, two] = [drawFrom(counting(10), work), drawFrom(counting(50), work)];
    expect(currentDraws()).toBeUndefined();
    go();
    expect(await one).toEqual([0.1, 0.11]);
    expect(await two).toEqual([0.5, 0.51]);
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('leaves the seeded sequence as it was, when seeded %s it was first used', async (_, seedsFirst) => {
    if (!seedsFirst) drawFrom(counting(0), () => Math.random());
    seedEverything(3);
    const expected = Math.random();
    seedEverything(3);
    expect(drawFrom(counting(1), () => Math.random())).toBe(0.01);
    const state = rngState();
    drawFrom(counting(1), () => Math.random());
    expect(rngState()).toEqual(state);
    expect(Math.random()).toBe(expected);
  });

  it('lets a nested one decide, and passes errors on', () => {
    const seen = drawFrom(counting(1), () => [
      Math.random(),
      drawFrom(counting(9), () => Math.random()),
      Math.random(),
    ]);
    expect(seen).toEqual([0.01, 0.09, 0.02]);
    expect(() =>
      drawFrom(counting(1), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
  });
});
