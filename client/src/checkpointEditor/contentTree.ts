import type { ContentNode, ContentSection, SectionKind } from '@lightning-typescript/webview/checkpoint';
import { TorchObject } from 'lightning-tfjs/checkpoints';

/** A page holds this many entries of a section; a file from elsewhere may have millions. */
const MAX_NODES = 5_000;
const MAX_DEPTH = 40;
const MAX_TEXT = 500;

const SECTIONS: ReadonlyMap<string, SectionKind> = new Map<string, SectionKind>([
  ['hyper_parameters', 'hyperparameters'],
  ['optimizer_states', 'optimizers'],
  ['lr_schedulers', 'schedulers'],
  ['callbacks', 'callbacks'],
  ['loops', 'loops'],
]);
/** Shown above the sections, or as tensors. */
const ELSEWHERE = new Set(['epoch', 'global_step', 'pytorch-lightning_version', 'state_dict']);

/** What a file holds besides its tensors' values, in sections, as text: bounded, whatever the file says. */
export function contentSections(content: unknown): ContentSection[] {
  const rest: [string, unknown][] = [];
  const sections: ContentSection[] = [];
  for (const [key, value] of entriesOf(content) ?? [['value', content]]) {
    const kind = SECTIONS.get(key);
    if (kind) sections.push(section(kind, entriesOf(value) ?? [[key, value]]));
    else if (!ELSEWHERE.has(key)) rest.push([key, value]);
  }
  if (rest.length > 0) sections.push(section('other', rest));
  return sections.filter(({ nodes }) => nodes.length > 0);
}

/** The hyperparameters of a file as flat text: `optimizer.lr` → `0.001`. */
export function hyperparametersOf(content: unknown): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (nodes: readonly ContentNode[], place: string) => {
    for (const { key, text, children } of nodes) {
      if (children) walk(children, `${place}${key}.`);
      else found.set(`${place}${key}`, text);
    }
  };
  walk(contentSections(content).find(({ kind }) => kind === 'hyperparameters')?.nodes ?? [], '');
  return found;
}

/** A field of a file's content, when it has one. */
export function fieldOf(content: unknown, key: string): unknown {
  return entriesOf(content)?.find(([name]) => name === key)?.[1];
}

function section(kind: SectionKind, entries: readonly (readonly [string, unknown])[]): ContentSection {
  const budget = { left: MAX_NODES, omitted: 0 };
  const nodes = nodesOf(entries, budget, 0);
  return { kind, nodes, omitted: budget.omitted };
}

interface Budget {
  left: number;
  omitted: number;
}

function nodesOf(entries: readonly (readonly [string, unknown])[], budget: Budget, depth: number): ContentNode[] {
  const nodes: ContentNode[] = [];
  for (const [index, [key, value]] of entries.entries()) {
    if (budget.left <= 0) {
      budget.omitted += entries.length - index;
      break;
    }
    budget.left--;
    nodes.push(nodeOf(shorten(key), value, budget, depth));
  }
  return nodes;
}

function nodeOf(key: string, value: unknown, budget: Budget, depth: number): ContentNode {
  const entries = isTensor(value) ? undefined : entriesOf(value);
  if (!entries || entries.length === 0 || depth >= MAX_DEPTH) return { key, text: textOf(value) };
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return { key, text: `${open}${entries.length}${close}`, children: nodesOf(entries, budget, depth + 1) };
}

function entriesOf(value: unknown): (readonly [string, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item] as const);
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item] as const);
  if (value instanceof Set) return [...value].map((item, index) => [String(index), item] as const);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof TorchObject) return;
  return Object.entries(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return shorten(JSON.stringify(value));
  if (value instanceof TorchObject) return shorten(value.className);
  if (isTensor(value)) return `${shorten(value.dtype)}[${value.shape.join(', ')}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}, ${value.byteLength} bytes`;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : '[…]';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : '{…}';
  return shorten(typeof value === 'bigint' ? value.toString() : String(value));
}

/** What stands in a file's content where a tensor belongs. */
function isTensor(value: unknown): value is { dtype: string; shape: readonly number[] } {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, sizeBytes } = value as { dtype?: unknown; shape?: unknown; sizeBytes?: unknown };
  return typeof dtype === 'string' && Array.isArray(shape) && typeof sizeBytes === 'number';
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
