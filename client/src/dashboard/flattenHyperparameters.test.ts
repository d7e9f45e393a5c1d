import { describe, expect, it } from 'vitest';
import { flattenHyperparameters } from './flattenHyperparameters.js';

describe('flattenHyperparameters', () => {
  it('names nested ones by their path, and keeps hostile names as names', () => {
    const hparams = JSON.parse('{"lr": 0.1, "net": {"sizes": [1, 2], "bias": true}, "__proto__": {"x": null}}');
    expect(flattenHyperparameters(hparams)).toEqual([
      { name: 'lr', value: 0.1 },
      { name: 'net/sizes', value: '[1,2]' },
      { name: 'net/bias', value: true },
      { name: '__proto__/x', value: null },
    ]);
  });

  it('is bounded in number, length and depth', () => {
    const many = Object.fromEntries(Array.from({ length: 999 }, (_, i) => [`p${i}`, 'x'.repeat(9_999)]));
    const flat = flattenHyperparameters(many);
    expect(flat.length).toBe(200);
    expect(String(flat[0]?.value).length).toBe(200);
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 100; i++) deep = { deep };
    expect(flattenHyperparameters(deep).length).toBe(1);
  });
});
