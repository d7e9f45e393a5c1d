import { isTensorData, type TensorData } from './tensorData.js';

/**
 * JSON for what a checkpoint holds besides weights. Values that JSON lacks become an object with one key that begins with
 * `$`; a user's own key that begins so gets one `$` more.
 *
 * | value | JSON |
 * |---|---|
 * | NaN, ±Infinity, -0 | `{ "$number": "NaN" }` |
 * | bigint | `{ "$bigint": "12" }` |
 * | typed array | `{ "$array": ["Float32Array", 1, 2] }` |
 * | tensor | `{ "$tensor": "name of the tensor in the file" }` |
 *
 * `undefined` is dropped, as JSON does.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A value that cannot be stored, or a text that does not hold one. The message is a clause: "`a.b` is a function". */
export class TreeFault extends Error {}

/** Levels of nesting that a tree may have. */
export const MAX_TREE_DEPTH = 200;

const ARRAYS = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
} as const;
type ArrayName = keyof typeof ARRAYS;

/** `BigInt` takes time in the square of its digits. */
const BIGINT = /^-?\d{1,1000}$/;

/**
 * A tree as JSON.
 * @param path where the tree stands, for names and messages
 * @param store keeps a tensor and returns the name by which it is found again
 * @throws TreeFault
 */
export function encodeTree(
  value: unknown,
  path: readonly string[],
  store: (path: readonly string[], tensor: TensorData) => string,
): Json | undefined {
  if (path.length > MAX_TREE_DEPTH) {
    throw new TreeFault(
      `\`${path.slice(0, 3).join('.')}…\` is nested more than ${MAX_TREE_DEPTH} levels deep, or holds itself`,
    );
  }
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return encodeNumber(value);
    case 'bigint':
      if (BIGINT.test(String(value))) return { $bigint: String(value) };
      throw new TreeFault(`\`${path.join('.')}\` is an integer of more than 1000 digits`);
    case 'object':
      return value === null ? null : encodeObject(value, path, store);
    default:
      throw new TreeFault(`\`${path.join('.')}\` is a ${typeof value}`);
  }
}

/**
 * The tree that {@link encodeTree} was given.
 * @param load the tensor of a name
 * @throws TreeFault
 */
export function decodeTree(json: unknown, load: (name: string) => unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((item) => decodeTree(item, load));
  const entries = Object.entries(json);
  const [tag, content]: [string?, unknown?] = entries[0] ?? [];
  if (tag?.startsWith('$') && !tag.startsWith('$$')) {
    if (entries.length === 1) return decodeTagged(tag, content, load);
    throw new TreeFault(`\`${tag}\` stands beside other keys`);
  }
  return Object.fromEntries(
    entries
      .filter(([key]) => key !== '__proto__') // as a key of its own it is harmless, but not once somebody copies it
      .map(([key, item]) => [key.startsWith('$$') ? key.slice(1) : key, decodeTree(item, load)]),
  );
}

function encodeObject(value: object, path: readonly string[], store: Parameters<typeof encodeTree>[2]): Json {
  if (isTensorData(value)) return { $tensor: store(path, value) };
  // Like JSON: a hole must not shift what follows it.
  if (Array.isArray(value))
    return value.map((item, index) => encodeTree(item, [...path, String(index)], store) ?? null);
  const arrayName = nameOfTypedArray(value);
  if (arrayName) return { $array: [arrayName, ...Array.from(value as Float32Array, encodeNumber)] }; // by its name
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TreeFault(`\`${path.join('.')}\` is an object of class ${value.constructor?.name || '(anonymous)'}`);
  }
  const encoded: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') throw new TreeFault(`\`${[...path, key].join('.')}\` has a name that is not allowed`);
    const json = encodeTree(item, [...path, key], store);
    if (json !== undefined) encoded.push([key.startsWith('$') ? `$${key}` : key, json]);
  }
  return Object.fromEntries(encoded);
}

function encodeNumber(value: number): Json {
  if (Object.is(value, -0)) return { $number: '-0' };
  return Number.isFinite(value) ? value : { $number: String(value) };
}

function decodeTagged(tag: string, content: unknown, load: (name: string) => unknown): unknown {
  if (tag === '$number') return decodeNumber({ $number: content });
  if (tag === '$bigint' && typeof content === 'string' && BIGINT.test(content)) return BigInt(content);
  if (tag === '$tensor' && typeof content === 'string') return load(content);
  if (tag === '$array' && Array.isArray(content)) {
    const [name, ...values] = content;
    if (typeof name === 'string' && isArrayName(name)) return ARRAYS[name].from(values.map(decodeNumber));
  }
  throw new TreeFault(`\`${tag.slice(0, 40)}\` holds a value that this version does not know`);
}

const NON_JSON_NUMBERS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

function decodeNumber(json: unknown): number {
  if (typeof json === 'number') return json;
  const name = typeof json === 'object' && json !== null && '$number' in json ? json.$number : undefined;
  const value = typeof name === 'string' ? NON_JSON_NUMBERS.get(name) : undefined;
  if (value !== undefined) return value;
  throw new TreeFault('`$number` holds a value that is not a number');
}

function nameOfTypedArray(value: object): ArrayName | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1); // a Buffer is a Uint8Array
  return isArrayName(name) ? name : undefined;
}

function isArrayName(name: string): name is ArrayName {
  return Object.hasOwn(ARRAYS, name);
}
