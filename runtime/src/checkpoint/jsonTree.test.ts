import { describe, expect, it } from 'vitest';
import { decodeTree, encodeTree, TreeFault } from './jsonTree.js';
import type { TensorData } from './tensorData.js';

/** Through JSON text and back; tensors are kept aside. */
function roundTrip(value: unknown): unknown {
  const tensors = new Map<string, TensorData>();
  const json = encodeTree(value, [], (path, tensor) => {
    tensors.set(path.join('/'), tensor);
    return path.join('/');
  });
  return decodeTree(JSON.parse(JSON.stringify(json)), (name) => tensors.get(name));
}
const never = () => {
  throw new Error('no tensor here');
};

describe('encodeTree and decodeTree', () => {
  const tensor: TensorData = { dtype: 'int32', shape: [2], data: Int32Array.of(1, 2) };
  it.each<[string, unknown]>([
    ['plain values', [null, true, 0, 1.5e-300, 2 ** 53, 'text', '', '$']],
    ['lists and objects', { a: { b: [1, 'x', null, [], {}] } }],
    ['not finite numbers', [Number.NaN, Number.POSITIVE_INFINITY, { worst: Number.NEGATIVE_INFINITY }]],
    ['minus zero', { best: -0 }],
    ['big integers', [12345678901234567890n, -1n]],
    ['keys that look like tags', { $: 1, $number: 'NaN', $$x: 1, $y: { $tensor: 'a' } }],
    ['keys of the prototype', { constructor: 1, toString: 2, prototype: 3 }],
    [
      'typed arrays',
      [Float32Array.of(0.1, Number.NaN, -0), Int32Array.of(-1), Uint8Array.of(255), new Float64Array(0)],
    ],
    ['unsigned integers', Uint32Array.of(2 ** 32 - 1)],
    ['tensors', { score: tensor, list: [tensor] }],
  ])('bring back %s', (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
  });

  it('bring a Buffer back as the Uint8Array that it is', () => {
    expect(roundTrip(Buffer.from('ab'))).toStrictEqual(Uint8Array.of(97, 98));
  });

  it('drop what is undefined, without moving list items', () => {
    expect(roundTrip({ a: undefined, b: [1, undefined, 3] })).toStrictEqual({ b: [1, null, 3] });
  });

  class Custom {}
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  it.each<[string, unknown, string]>([
    ['functions', { hooks: { a: () => 1 } }, '`hooks.a` is a function'],
    ['symbols', [Symbol('x')], '`0` is a symbol'],
    ['instances', { x: new Custom() }, '`x` is an object of class Custom'],
    ['dates', { at: new Date() }, '`at` is an object of class Date'],
    ['maps', { m: new Map() }, '`m` is an object of class Map'],
    ['64-bit arrays', { b: new BigInt64Array(1) }, '`b` is an object of class BigInt64Array'],
    ['endless integers', { n: 10n ** 1000n }, '`n` is an integer of more than 1000 digits'],
    ['cycles', cyclic, '`self.self.self…` is nested more than 200 levels deep, or holds itself'],
    ['__proto__', JSON.parse('{"a":{"__proto__":1}}'), '`a.__proto__` has a name that is not allowed'],
  ])('refuse %s', (_, value, message) => {
    expect(() => encodeTree(value, [], never)).toThrow(new TreeFault(message));
  });

  it.each([
    '{"$number":"12"}',
    '{"$number":1}',
    '{"$number":{"$number":"NaN"}}',
    '{"$bigint":"1e5"}',
    '{"$bigint":5}',
    '{"$array":["Array",1]}',
    '{"$array":["Float32Array","x"]}',
    '{"$array":["__proto__"]}',
    '{"$array":{}}',
    '{"$tensor":5}',
    '{"$unknown":1}',
    '{"$number":"NaN","a":1}',
    `{"$bigint":"${'9'.repeat(2000)}"}`,
  ])('refuse the JSON %.60s', (json) => {
    expect(() => decodeTree(JSON.parse(json), never)).toThrow(TreeFault);
  });

  it('let no key reach a prototype', () => {
    const decoded = decodeTree(
      JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1},"b":2}}'),
      never,
    );
    expect(decoded).toStrictEqual({ a: { b: 2 } });
    expect(Object.assign({}, decoded)).not.toHaveProperty('polluted');
  });
});
