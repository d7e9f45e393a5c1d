import { describe, expect, it } from 'vitest';
import { general, reportTable } from './reportTable.js';

describe('general', () => {
  // From Python: f'{value:.5}'.
  it.each([
    [0, '0.0'],
    [1, '1.0'],
    [100, '100.0'],
    [12.5, '12.5'],
    [0.000123456, '0.00012346'],
    [0.0000123456, '1.2346e-05'],
    [99.9999999, '100.0'],
    [99999, '9.9999e+04'],
    [1000, '1000.0'],
    [12345.6, '1.2346e+04'],
    [9999.96, '1e+04'],
    [1234.5, '1234.5'],
  ])('of %d is %s', (value, text) => {
    expect(general(value)).toBe(text);
  });
});

describe('reportTable', () => {
  it('has the form of PyTorch Lightning’s', () => {
    const text = reportTable(['Action', 'Mean'], [[['Total', '-']], [['load', '1.0']]]);
    const rule = '-'.repeat(42);
    expect(text).toBe(
      [
        '',
        rule,
        '|  Action\t|  Mean           \t|',
        rule,
        '|  Total\t|  -              \t|',
        rule,
        '|  load\t|  1.0            \t|',
        rule,
      ].join('\n'),
    );
  });
});
