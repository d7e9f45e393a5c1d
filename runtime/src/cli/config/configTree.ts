import { readFile, stat } from 'node:fs/promises';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import { UsageError } from '../errors.js';

/** A place in a configuration file, for complaints. */
export interface Place {
  /** As typed. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A value of a configuration file, and where it stands. */
export interface ConfigNode {
  readonly place: Place;
  /** The value as plain data. */
  readonly value: unknown;
  /** Of a map: its entries, in their order. */
  readonly entries?: ReadonlyMap<string, ConfigEntry>;
  /** Of a list. */
  readonly items?: readonly ConfigNode[];
}

/** An entry of a map. */
export interface ConfigEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly node: ConfigNode;
}

/** A fault in a configuration file. */
export interface ConfigProblem {
  readonly place: Place;
  /** A sentence or two: what was found, and the likely fix. */
  readonly text: string;
}

const MAX_BYTES = 2 ** 20;
const MAX_DEPTH = 64;
/** Values, with aliases followed: a few lines can stand for billions. */
const MAX_VALUES = 100_000;

/** Tags that say what a value is anyway; others would make objects. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/**
 * Reads a file of YAML or JSON, with bounds on its size, its depth and its aliases. Nothing in it can run.
 * @throws UsageError naming file, line and column
 */
export async function readConfigTree(file: string): Promise<ConfigNode> {
  const info = await stat(file).catch(() => undefined);
  const wrong = (code: string, found: string, cause?: unknown) =>
    new UsageError({ code, found, fix: 'FILE of --config is a YAML or JSON file.', cause });
  if (!info?.isFile()) throw wrong('no-such-config', info ? `${file} is not a file.` : `There is no file ${file}.`);
  if (info.size > MAX_BYTES) throw wrong('config-too-large', `${file} is larger than ${MAX_BYTES / 2 ** 20} MB.`);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw wrong('config-not-readable', `${file} cannot be read.`, cause);
  });
  try {
    return parseConfigTree(text, file);
  } catch (error) {
    if (error instanceof RangeError) throw wrong('config-too-deep', `${file} is nested too deeply.`, error);
    throw error;
  }
}

/** @throws UsageError see {@link readConfigTree} */
export function parseConfigTree(text: string, file: string): ConfigNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', prettyErrors: false, logLevel: 'silent' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw configError([{ place: placeAt(fault.pos[0]), text: `${fault.message.replace(/\.$/, '')}.` }]);
  let count = 0;
  const read = (node: Node | null | undefined, depth: number, outer: Place): ConfigNode => {
    const place = node?.range ? placeAt(node.range[0]) : outer;
    count++;
    if (count > MAX_VALUES)
      throw configError([{ place, text: `The file has more than ${MAX_VALUES} values, aliases followed.` }]);
    if (depth > MAX_DEPTH) throw configError([{ place, text: `This is nested more than ${MAX_DEPTH} levels deep.` }]);
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (!target) throw configError([{ place, text: `There is no anchor &${node.source} before this alias.` }]);
      return { ...read(target, depth + 1, place), place };
    }
    if (node?.tag !== undefined && !PLAIN_TAGS.has(node.tag))
      throw configError([{ place, text: `The tag ${node.tag} is not allowed: a configuration is plain data.` }]);
    if (isSeq<ParsedNode>(node)) {
      const items = node.items.map((item) => read(item, depth + 1, place));
      return { place, value: items.map(({ value }) => value), items };
    }
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const entries = new Map<string, ConfigEntry>();
      for (const { key, value } of node.items) {
        const at = key.range ? placeAt(key.range[0]) : place;
        if (!isScalar(key)) throw configError([{ place: at, text: 'A key must be a word.' }]);
        const name = String(key.value);
        const entry = { place: at, node: read(value, depth + 1, at) };
        if (name === '<<')
          for (const [merged, its] of mergedEntries(entry.node)) entries.set(merged, entries.get(merged) ?? its);
        else entries.set(name, entry);
      }
      return mapNode(place, entries);
    }
    return { place, value: isScalar(node) ? node.value : null };
  };
  return read(document.contents, 0, { file, line: 1, column: 1 });
}

/** `<<: *base`, and a list of such. */
function mergedEntries({ entries, items }: ConfigNode): Iterable<[string, ConfigEntry]> {
  return entries ?? (items ?? []).flatMap((item) => [...(item.entries ?? [])]);
}

/** A map of entries. */
export function mapNode(place: Place, entries: ReadonlyMap<string, ConfigEntry>): ConfigNode {
  // By fromEntries, so that a key `__proto__` is a key.
  const value: unknown = Object.fromEntries([...entries].map(([name, entry]) => [name, entry.node.value]));
  return { place, value, entries };
}

/** All problems as one error: each with its file, line and column. */
export function configError(problems: readonly ConfigProblem[]): UsageError {
  const lines = problems.map(({ place, text }) => `${placeText(place)}: ${text}`);
  return new UsageError({ code: 'config', found: lines.join('\n') });
}

/** `run.yaml:3:5`. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
