import { describe, expect, it } from 'vitest';
import { fillInName } from './checkpointName.js';
import { type DurationInput, showDuration, toMilliseconds } from './duration.js';
import { formatLikePython, pythonText } from './pythonFormat.js';
import { generateStateKey } from './stateKey.js';

// All recorded from Python 3.11.
describe('formatLikePython', () => {
  it.each<[number, 'int' | 'float', string, string | undefined]>([
    [3, 'int', '02d', '03'],
    [3, 'int', '>4', '   3'],
    [3, 'int', '<4', '3   '],
    [3, 'int', '*^5', '**3**'],
    [3, 'int', '+d', '+3'],
    [-3, 'int', '04d', '-003'],
    [1234567, 'int', ',', '1,234,567'],
    [255, 'int', 'x', 'ff'],
    [3, 'int', '.2f', '3.00'],
    [0.5, 'float', 'd', undefined],
    [123.456, 'float', '.2f', '123.46'],
    [123.456, 'float', '.3', '1.23e+02'],
    [123.456, 'float', '.4', '123.5'],
    [2, 'float', '.3', '2.0'],
    [123456.789, 'float', 'g', '123457'],
    [0.00001, 'float', 'g', '1e-05'],
    [0.5, 'float', '.1%', '50.0%'],
    [0.001, 'float', '.2e', '1.00e-03'],
  ])('%d %s as %s', (value, kind, format, expected) => {
    expect(formatLikePython({ value, kind }, format)).toBe(expected);
  });

  it.each([
    [4, '4.0'],
    [0.1, '0.1'],
    [1e-5, '1e-05'],
    [1e16, '1e+16'],
    [123456789, '123456789.0'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%d as text', (value, expected) => {
    expect(pythonText({ value, kind: 'float' })).toBe(expected);
  });
});

describe('fillInName', () => {
  // Recorded from PyTorch Lightning 2.6.6, whose metrics are 32-bit floats.
  it('names as PyTorch Lightning does', () => {
    const name = fillInName('{v}-{v:.3}-{v:g}-{v:08.2f}-{zz}-{epoch:>4}', { v: 0.1, epoch: 0 }, true);
    expect(name).toBe('v=0.10000000149011612-v=0.1-v=0.1-v=00000.10-zz=0-epoch=   0');
  });

  it('refuses to show a fraction as a whole number', () => {
    expect(() => fillInName('{v:d}', { v: 0.1 }, true)).toThrow('{v:d}, whose format cannot show 0.1');
  });
});

describe('toMilliseconds', () => {
  it.each<[DurationInput, number]>([
    ['00:00:00:05', 5000],
    ['01:02:03:04', 93_784_000],
    [{ minutes: 1, milliseconds: 5 }, 60_005],
    [{ weeks: 1 }, 604_800_000],
  ])('%o', (input, expected) => {
    expect(toMilliseconds('Timer', 'duration', input)).toBe(expected);
  });

  it.each<unknown>(['00:00:05', '1:2:3:4', { years: 1 }, { hours: -1 }, 5])('refuses %o', (input) => {
    expect(() => toMilliseconds('Timer', 'duration', input as DurationInput)).toThrow('DD:HH:MM:SS');
  });

  it('is shown as Python shows it', () => {
    expect([5000, 93_784_000, 172_800_000].map(showDuration)).toEqual(['0:00:05', '1 day, 2:03:04', '2 days, 0:00:00']);
  });
});

describe('generateStateKey', () => {
  class Some {}
  it('is Python’s', () => {
    const values = { monitor: null, mode: "it's", n: 1, on: true, time: { milliseconds: 86_400_000 + 300_003 } };
    expect(generateStateKey(new Some(), values)).toBe(
      `Some{'monitor': None, 'mode': "it's", 'n': 1, 'on': True, 'time': datetime.timedelta(days=1, seconds=300, microseconds=3000)}`,
    );
  });
});
