import { afterEach, describe, expect, it } from 'vitest';
import { isolateRng, rngState, seedEverything, setRngState, unseed } from './seed.js';

const native = Math.random;
const draw = (n: number) => Array.from({ length: n }, () => Math.random());

afterEach(() => unseed());

describe('seedEverything', () => {
  it('leaves Math.random alone until it is called', () => {
    expect(Math.random).toBe(native);
    expect(rngState()).toBeNull();
  });

  it('makes Math.random repeat', () => {
    expect(seedEverything(42)).toBe(42);
    const first = draw(5);
    seedEverything(42);
    expect(draw(5)).toEqual(first);
    seedEverything(43);
    expect(draw(5)).not.toEqual(first);
  });

  it('takes 0 when no seed is given', () => {
    expect(seedEverything()).toBe(0);
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuses %s and changes nothing', (seed) => {
    expect(() => seedEverything(seed)).toThrow(`The seed is ${seed}. Allowed: an integer from 0 to 4294967295`);
    expect(Math.random).toBe(native);
  });

  it('gives Math.random back after unseed', () => {
    seedEverything(1);
    seedEverything(2);
    unseed();
    unseed();
    expect(Math.random).toBe(native);
  });

  it('is obeyed by a reference to Math.random that was taken after the first seed', () => {
    seedEverything(1);
    const held = Math.random;
    const first = held();
    seedEverything(1);
    expect(held()).toBe(first);
  });
});

describe('rngState', () => {
  it('continues the sequence, also in a process that was not seeded', () => {
    seedEverything(7);
    draw(3);
    const state = JSON.parse(JSON.stringify(rngState()));
    const rest = draw(4);
    unseed();
    setRngState(state);
    expect(draw(4)).toEqual(rest);
    expect(rngState()?.seed).toBe(7);
  });

  it('takes null, the state of an unseeded run, for no change', () => {
    setRngState(null);
    expect(Math.random).toBe(native);
  });

  it.each([
    {},
    { algorithm: 'mersenne', seed: 1, state: [1, 2, 3, 4] },
    { algorithm: 'xoroshiro128plus', seed: 'x', state: [1, 2, 3, 4] },
    { algorithm: 'xoroshiro128plus', seed: 1, state: [0, 0, 0, 0] },
    { algorithm: 'xoroshiro128plus', seed: 1 },
  ])('refuses %j', (state) => {
    expect(() => setRngState(state)).toThrow('The state of the random number generator cannot be read.');
  });
});

describe('isolateRng', () => {
  it('puts the sequence back, also after a failure', async () => {
    seedEverything(3);
    const expected = draw(2);
    seedEverything(3);
    expect(await isolateRng(async () => draw(10).length)).toBe(10);
    await expect(
      isolateRng(() => {
        draw(1);
        throw new Error('boom');
      }),
    ).rejects.toThrow('boom');
    expect(draw(2)).toEqual(expected);
  });

  it('undoes a seeding that happens inside', async () => {
    await isolateRng(() => seedEverything(1));
    expect(Math.random).toBe(native);
  });
});
