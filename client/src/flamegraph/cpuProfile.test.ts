import { describe, expect, it } from 'vitest';
import { parseCpuProfile } from './cpuProfile.js';

const node = (id: number, functionName: string, children: number[], url = 'file:///w/lit.ts', line = id) => ({
  id,
  callFrame: { functionName, scriptId: '1', url, lineNumber: line, columnNumber: 4 },
  children,
});
const nodes = [
  node(1, '(root)', [2, 5, 6], '', -1),
  node(2, 'fit', [3]),
  node(3, 'step', [4]),
  node(4, 'matMul', [], 'node:internal/x'),
  node(5, '(idle)', [], '', -1),
  node(6, '(garbage collector)', [], '', -1),
];
const profile = (more: object = {}) =>
  JSON.stringify({
    nodes,
    startTime: 1000,
    endTime: 1060,
    samples: [2, 4, 4, 5, 3, 6],
    timeDeltas: [0, 10, 10, 10, 10, 10],
    ...more,
  });
const spansOf = (text: string, limits = {}) => {
  const { columns, frames } = parseCpuProfile(text, limits);
  return Array.from(columns.frame, (frame, i) => [
    frames[frame]?.name,
    columns.parent[i],
    columns.start[i],
    columns.duration[i],
  ]);
};

describe('parseCpuProfile', () => {
  it('makes spans of samples: what goes on is one, what nobody did is a gap', () => {
    expect(spansOf(profile())).toEqual([
      ['fit', -1, 0, 30],
      ['step', 0, 10, 20],
      ['matMul', 1, 10, 20],
      ['fit', -1, 40, 10],
      ['step', 3, 40, 10],
      ['(garbage collector)', -1, 50, 10],
    ]);
  });

  it('knows where functions are, counting from 1, and whose they are', () => {
    const { frames } = parseCpuProfile(profile());
    expect(frames.find(({ name }) => name === 'step')).toEqual({
      name: 'step',
      category: 'user',
      source: { file: '/w/lit.ts', line: 4, column: 5 },
    });
    expect(frames.find(({ name }) => name === 'matMul')).toMatchObject({ category: 'native', source: undefined });
    expect(frames.find(({ name }) => name.includes('garbage'))?.category).toBe('gc');
  });

  it.each([
    ['no JSON', '{"nodes":'],
    ['another JSON', '[]'],
    ['no samples', JSON.stringify({ nodes: [] })],
    ['nodes that are no list', JSON.stringify({ nodes: {}, samples: [], timeDeltas: [] })],
  ])('refuses %s', (_name, text) => {
    expect(() => parseCpuProfile(text)).toThrow(/This is no CPU profile/);
  });

  it('refuses more than can be shown', () => {
    expect(() => parseCpuProfile(profile(), { nodes: 3 })).toThrow(/6 nodes/);
    expect(() => parseCpuProfile(profile(), { samples: 3 })).toThrow(/6 samples/);
  });

  it('shows the beginning when there are too many spans', () => {
    expect(spansOf(profile(), { spans: 2 })).toHaveLength(2);
    expect(parseCpuProfile(profile(), { spans: 2 }).isSampled).toBe(true);
  });

  it('comes to an end when nodes are inside of each other', () => {
    const circle = [node(1, 'a', [2]), node(2, 'b', [1])];
    const { columns } = parseCpuProfile(profile({ nodes: circle, samples: [2], timeDeltas: [0] }), { depth: 10 });
    expect(columns.frame).toHaveLength(10);
  });

  it('skips broken nodes and samples, and counts them', () => {
    const broken = [...nodes, null, { id: 'x' }, { id: 9 }, { id: 2, callFrame: {} }];
    const { skipped, columns } = parseCpuProfile(profile({ nodes: broken, samples: [2, 'x', 77, { a: 1 }] }));
    expect(skipped).toBe(4 + 3);
    expect(columns.frame).toHaveLength(1);
  });

  it('lets time never go back, nor be no number', () => {
    const spans = spansOf(profile({ timeDeltas: [0, -50, 'big', 'x', 5, 5], endTime: -7 }).replace('"big"', '1e400'));
    for (const [, , start, duration] of spans as [string, number, number, number][]) {
      expect(Number.isFinite(start) && Number.isFinite(duration) && duration >= 0 && start >= 0).toBe(true);
    }
  });
});
