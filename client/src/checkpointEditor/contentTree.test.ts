import { describe, expect, it } from 'vitest';
import { contentSections, hyperparametersOf } from './contentTree.js';

describe('contentSections', () => {
  it('shows so many entries of a section, and counts the rest', () => {
    const [section] = contentSections({ callbacks: Array.from({ length: 6_000 }, (_, index) => index) });
    expect(section?.nodes.length).toBe(5_000);
    expect(section?.omitted).toBe(1_000);
  });

  it('ends where a tree is deeper than anybody reads', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(JSON.stringify(contentSections({ loops: deep }))).toContain('[…]');
  });

  it.each<[string, unknown, string]>([
    ['text', 'a"b', '"a\\"b"'],
    ['a bigint', 2n ** 60n, '1152921504606846976'],
    ['NaN', Number.NaN, 'NaN'],
    ['null', null, 'null'],
    ['a tensor', { name: 't', dtype: 'F32', shape: [2, 3], sizeBytes: 24 }, 'F32[2, 3]'],
    ['bytes', new Uint8Array(3), 'Uint8Array, 3 bytes'],
    ['an empty list', [], '[]'],
  ])('shows %s', (_, value, text) => {
    expect(contentSections({ extra: value })[0]?.nodes).toEqual([{ key: 'extra', text }]);
  });
});

describe('hyperparametersOf', () => {
  it('names nested ones by their path', () => {
    const content = { hyper_parameters: new Map<string, unknown>([['optimizer', { lr: 0.1 }]]) };
    expect([...hyperparametersOf(content)]).toEqual([['optimizer.lr', '0.1']]);
  });
});
