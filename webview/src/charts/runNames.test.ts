import { describe, expect, it } from 'vitest';
import { differences } from './runNames.js';

describe('differences', () => {
  it('names what runs do not share', () => {
    const hparams = (lr: number, more = {}) =>
      Object.entries({ lr, size: 8, ...more }).map(([name, value]) => ({ name, value: value as number }));
    const found = differences([
      { id: 'a', hparams: hparams(0.1) },
      { id: 'b', hparams: hparams(0.2, { extra: 1 }) },
    ]);
    expect(found.get('a')).toEqual([{ name: 'lr', value: 0.1 }]);
    expect(found.get('b')?.map(({ name }) => name)).toEqual(['lr', 'extra']);
  });

  it('finds nothing in a single run', () => {
    expect(differences([{ id: 'a', hparams: [{ name: '__proto__', value: 1 }] }]).get('a')).toEqual([]);
  });
});
