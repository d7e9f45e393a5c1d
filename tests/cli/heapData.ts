import { readFileSync } from 'node:fs';

/**
 * Kinds of heap nodes that V8 makes for itself: machine code and bytecode, feedback about calls, shapes of objects, and its own lists.
 * They grow for as long as the compilers find something to improve, and have no part in what a program holds on to.
 */
const COMPILERS_OWN: ReadonlySet<string> = new Set(['code', 'hidden', 'object shape', 'synthetic']);
/** What stands in arrays and objects: it is counted as code where code refers to it, too. */
const CONTENT = /^\((?:object|constant) (?:elements|properties)\)$/;

/** The parts of a heap snapshot that are read here. Format: V8's `heap-snapshot-generator.cc`. */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  /** All fields of all nodes, one after the other. */
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** Bytes of what a program holds on to, in a `.heapsnapshot`: its objects, arrays, texts, numbers, closures and buffers. */
export function heapData(file: string): number {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, 'utf8')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, nameAt, sizeAt] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  let bytes = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    const type = types[0][nodes[node + typeAt] ?? -1] ?? '';
    const name = strings[nodes[node + nameAt] ?? -1] ?? '';
    if (!COMPILERS_OWN.has(type) || CONTENT.test(name)) bytes += nodes[node + sizeAt] ?? Number.NaN;
  }
  return bytes;
}
