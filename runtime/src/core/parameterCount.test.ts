import { describe, expect, it } from 'vitest';
import { parameterCount } from './parameterCount.js';

class Steps {
  none() {}
  two(_batch: unknown, _batchIdx: number) {}
  withDefault(_batch: unknown, _batchIdx: number, _dataloaderIdx = 0) {}
  taken([_x, _y]: unknown[], { a: _a = ',', b: _b = [1, 2] }: Record<string, unknown>, _last = ')') {}
  old = new Function('a', 'return arguments.length') as (a: unknown) => unknown;
  rest(_batch: unknown, ..._others: unknown[]) {}
  async later(_batch: unknown) {}
  arrow = (_batch: unknown, _batchIdx: number) => undefined;
  single = new Function('return batch => batch')() as (batch: unknown) => unknown;
  commented = new Function('return function (a /* , b */, // c\n d,) {}')() as () => unknown;
  bound = this.two.bind(this);
}

describe('parameterCount', () => {
  it.each<[keyof Steps, number | undefined]>([
    ['none', 0],
    ['two', 2],
    ['withDefault', 3],
    ['taken', 3],
    ['old', undefined],
    ['rest', undefined],
    ['later', 1],
    ['arrow', 2],
    ['single', 1],
    ['commented', 2],
    ['bound', undefined],
  ])('of %s is %s', (name, expected) => {
    expect(parameterCount(new Steps()[name])).toBe(expected);
  });
});
