import type { TensorView } from './messages.js';

/** Names of more parts are cut into so many; the rest stays one label. */
const MAX_LEVELS = 12;

/** A tensor, or what several names begin with. */
export interface TensorNode {
  readonly label: string;
  /** From 1. */
  readonly level: number;
  /** Place of the tensor in the file's list; undefined for a group. */
  readonly tensor: number | undefined;
  readonly children: readonly TensorNode[];
  /** Tensors in it. */
  readonly count: number;
  readonly sizeBytes: number;
}

interface Group {
  readonly groups: Map<string, Group>;
  readonly tensors: [label: string, index: number][];
}

/** The tensors as a tree by the parts of their names; a part that has one child alone is joined with it. */
export function buildTensorTree(tensors: readonly TensorView[]): TensorNode[] {
  const root: Group = { groups: new Map(), tensors: [] };
  for (const [index, { name }] of tensors.entries()) {
    const parts = name.split('.');
    const label = parts.splice(Math.min(parts.length, MAX_LEVELS) - 1).join('.');
    let group = root;
    for (const part of parts) {
      const next: Group = group.groups.get(part) ?? { groups: new Map(), tensors: [] };
      group.groups.set(part, next);
      group = next;
    }
    group.tensors.push([label, index]);
  }
  return nodesOf(root, tensors, 1);
}

function nodesOf(group: Group, tensors: readonly TensorView[], level: number): TensorNode[] {
  const groups = [...group.groups].map(([label, inner]) => groupNode(label, inner, tensors, level));
  const leaves = group.tensors.map(([label, index]) => leafNode(label, index, tensors, level));
  return [...groups, ...leaves];
}

function leafNode(label: string, tensor: number, tensors: readonly TensorView[], level: number): TensorNode {
  return { label, level, tensor, children: [], count: 1, sizeBytes: tensors[tensor]?.sizeBytes ?? 0 };
}

function groupNode(label: string, group: Group, tensors: readonly TensorView[], level: number): TensorNode {
  const [only, ...others] = group.groups;
  if (only && others.length === 0 && group.tensors.length === 0) {
    return groupNode(`${label}.${only[0]}`, only[1], tensors, level);
  }
  const [leaf, ...leaves] = group.tensors;
  if (!only && leaf && leaves.length === 0) return leafNode(`${label}.${leaf[0]}`, leaf[1], tensors, level);
  const children = nodesOf(group, tensors, level + 1);
  const count = children.reduce((sum, child) => sum + child.count, 0);
  const sizeBytes = children.reduce((sum, child) => sum + child.sizeBytes, 0);
  return { label, level, tensor: undefined, children, count, sizeBytes };
}

/** The nodes that are seen, top to bottom: all whose parents are open. */
export function visibleNodes(nodes: readonly TensorNode[], isOpen: (node: TensorNode) => boolean): TensorNode[] {
  return nodes.flatMap((node) => (isOpen(node) ? [node, ...visibleNodes(node.children, isOpen)] : [node]));
}
