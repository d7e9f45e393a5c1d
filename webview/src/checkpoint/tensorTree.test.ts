import { describe, expect, it } from 'vitest';
import { buildTensorTree, type TensorNode, visibleNodes } from './tensorTree.js';

const tree = (...names: string[]) =>
  buildTensorTree(names.map((name) => ({ name, dtype: 'F32', shape: [2], sizeBytes: 8 })));
/** As text: `net(2): a b`. */
const text = (nodes: readonly TensorNode[]): string =>
  nodes.map((node) => (node.tensor === undefined ? `${node.label}[${text(node.children)}]` : node.label)).join(' ');

describe('buildTensorTree', () => {
  it('groups by the parts of names, and joins what stands alone', () => {
    expect(text(tree('sd.net.0.weight', 'sd.net.0.bias', 'sd.net.2.weight', 'opt.m.w'))).toBe(
      'sd.net[0[weight bias] 2.weight] opt.m.w',
    );
  });

  it('counts tensors and bytes of a group', () => {
    expect(tree('a.b', 'a.c.d', 'a.c.e')).toMatchObject([{ label: 'a', count: 3, sizeBytes: 24 }]);
  });

  it('keeps a tensor apart from a group of the same name', () => {
    expect(text(tree('a', 'a.b', 'a.c', '__proto__.x'))).toBe('a[b c] __proto__.x a');
  });

  it('is no deeper than a page can show, whatever a name says', () => {
    const depth = (nodes: readonly TensorNode[]): number =>
      1 + Math.max(0, ...nodes.map(({ children }) => depth(children)));
    const name = Array.from({ length: 5_000 }, () => 'a').join('.');
    expect(depth(tree(name, `${name}b`, 'a.b', 'a.a.b', 'a.a.a.b'))).toBeLessThan(20);
  });
});

describe('visibleNodes', () => {
  it('leaves out what is in closed groups', () => {
    const nodes = tree('a.b', 'a.c.d', 'a.c.e');
    expect(visibleNodes(nodes, ({ label }) => label === 'a').map(({ label }) => label)).toEqual(['a', 'c', 'b']);
  });
});
