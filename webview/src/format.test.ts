import { describe, expect, it } from 'vitest';
import { formatCount, formatValue } from './format.js';

describe('formatValue', () => {
  it.each([
    [0, '0'],
    [0.123456789, '0.12346'],
    [1234.5678, '1234.6'],
    [0.00001234, '1.234e-5'],
    [12_345_678, '1.235e+7'],
    [-0.5, '-0.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('writes %d as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});

describe('formatCount', () => {
  it('groups digits', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
  });
});
