import { broken, excessive } from './fault.js';

/** More steps than a checkpoint of a million tensors takes. */
const MAX_STEPS = 50_000_000;
/** Containers, texts and what is made by calls. */
const MAX_OBJECTS = 4_000_000;
const MAX_MEMO = 4_000_000;
const MAX_NAME_BYTES = 1_000;
/** Integers with more digits mean nothing here, and cost time in the square of their length. */
const MAX_INTEGER_BYTES = 1_000;

/** A dict in the making: keys and values in turn. A key that comes twice has its last value. */
export class PickledDict {
  readonly items: unknown[] = [];
}

/** A set in the making. */
export class PickledSet {
  readonly items: unknown[] = [];
}

/** What a pickle may refer to and call: it decides, this file's interpreter knows no class by itself. */
export interface PickleHost {
  /** Stands for a class or function that a pickle names. Nothing is imported. */
  global(module: string, name: string): unknown;
  /** What the call of something that `global` returned gives; `callee` may be anything. */
  call(callee: unknown, args: readonly unknown[]): unknown;
  /** Sets the state of an object; ignored where it has none. */
  build(object: unknown, state: unknown): void;
  /** What stands outside of the pickle: a storage. */
  persistent(id: unknown): unknown;
}

/** The bytes end before the pickle does. A longer piece of the file may hold the rest. */
export class PickleEnd extends Error {}

/**
 * Interprets a pickle of protocol 2 to 5 as data: it makes lists, dicts, numbers and text, and asks `host` for everything else.
 * Tuples become frozen arrays. Source: Python's `pickletools`, which documents each opcode.
 * @returns its value, and where it ends
 * @throws PickleEnd when the bytes end first
 * @throws TorchFault for what is not a pickle, and for one that asks for more than any real one
 */
export function readPickle(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  host: PickleHost,
): { value: unknown; end: number } {
  const machine = new Machine(bytes, start, host);
  return { value: machine.run(), end: machine.position };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Machine {
  position: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #host: PickleHost;
  readonly #memo = new Map<number, unknown>();
  /** Stacks that a MARK put aside. */
  readonly #outer: unknown[][] = [];
  #stack: unknown[] = [];
  #objects = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, start: number, host: PickleHost) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#host = host;
    this.position = start;
  }

  run(): unknown {
    this.#begin();
    for (let step = 0; step < MAX_STEPS; step++) {
      const opcode = this.#uint(1);
      if (opcode === 0x2e) return this.#stop();
      const operation = OPERATIONS[opcode];
      if (!operation) throw broken(`its pickle has the operation 0x${opcode.toString(16)}, which is not read`);
      operation(this);
    }
    throw excessive(`its pickle takes more than ${MAX_STEPS} steps`);
  }

  #begin(): void {
    const [mark, protocol] = [this.#uint(1), this.#uint(1)];
    if (mark !== 0x80) throw broken('its pickle does not begin as one');
    if (protocol < 2 || protocol > 5) throw broken(`its pickle has protocol ${protocol}, where 2 to 5 are read`);
  }

  #stop(): unknown {
    if (this.#stack.length !== 1 || this.#outer.length > 0) throw broken('its pickle ends with pieces left over');
    return this.pop();
  }

  #take(length: number): number {
    const at = this.position;
    if (length > this.#bytes.length - at) throw new PickleEnd(`${at + length}`);
    this.position = at + length;
    return at;
  }

  #uint(length: 1 | 2 | 4): number {
    const at = this.#take(length);
    if (length === 1) return this.#view.getUint8(at);
    return length === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** A length of 1, 4 or 8 bytes. */
  length(size: 1 | 4 | 8): number {
    return size === 8 ? Number(this.#view.getBigUint64(this.#take(8), true)) : this.#uint(size);
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  /** Pushes what takes memory of its own. */
  pushObject(value: unknown): void {
    this.#objects++;
    if (this.#objects > MAX_OBJECTS) throw excessive(`its pickle makes more than ${MAX_OBJECTS} objects`);
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw broken('its pickle takes what is not there');
    return this.#stack.pop();
  }

  /** The topmost value, which stays. */
  top(): unknown {
    if (this.#stack.length === 0) throw broken('its pickle refers to what is not there');
    return this.#stack.at(-1);
  }

  mark(): void {
    this.#outer.push(this.#stack);
    this.#stack = [];
  }

  /** All since the last MARK. */
  popMark(): unknown[] {
    const items = this.#stack;
    const outer = this.#outer.pop();
    if (!outer) throw broken('its pickle has no mark where one is needed');
    this.#stack = outer;
    return items;
  }

  popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw broken('its pickle takes what is not there');
    return this.#stack.splice(this.#stack.length - count);
  }

  put(index: number): void {
    this.#memo.set(index, this.top());
    if (this.#memo.size > MAX_MEMO) throw excessive(`its pickle remembers more than ${MAX_MEMO} values`);
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(index: number): void {
    if (!this.#memo.has(index)) throw broken(`its pickle recalls value ${index}, which it never kept`);
    this.push(this.#memo.get(index));
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  text(length: number): string {
    const at = this.#take(length);
    try {
      return utf8.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw broken('its pickle holds text that is not UTF-8');
    }
  }

  /** Text of Python 2, whose encoding nobody knows. */
  latin(length: number): string {
    const at = this.#take(length);
    return Buffer.from(this.#bytes.buffer, at, length).toString('latin1');
  }

  /** Up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new PickleEnd('line');
    if (end - this.position > MAX_NAME_BYTES) throw broken('its pickle names a class of more than 1000 bytes');
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint8(): number {
    return this.#uint(1);
  }

  uint16(): number {
    return this.#uint(2);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** Two's complement, little-endian, of any length. */
  integer(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) throw excessive(`its pickle holds an integer of ${length} bytes`);
    if (length === 0) return 0;
    const hex = Buffer.from(this.bytes(length).reverse()).toString('hex');
    const value = BigInt.asIntN(8 * length, BigInt(`0x${hex}`));
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw broken('its pickle names a class by no text');
    if (module.length + name.length > MAX_NAME_BYTES) throw broken('its pickle names a class of more than 1000 bytes');
    this.pushObject(this.#host.global(module, name));
  }

  call(callee: unknown, args: unknown): void {
    if (!Array.isArray(args)) throw broken('its pickle calls something without arguments');
    this.pushObject(this.#host.call(callee, args));
  }

  build(state: unknown): void {
    this.#host.build(this.top(), state);
  }

  persistent(): void {
    this.pushObject(this.#host.persistent(this.pop()));
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (Array.isArray(list) && !Object.isFrozen(list)) for (const item of items) list.push(item);
    else if (list instanceof PickledSet) for (const item of items) list.items.push(item);
    else if (Array.isArray(list) || list instanceof PickledDict) throw broken('its pickle appends to what is no list');
    // Anything else stands for an object of a class that is not known: what is in it is not kept.
  }

  setItems(items: readonly unknown[]): void {
    if (items.length % 2 === 1) throw broken('its pickle sets a key without a value');
    const dict = this.top();
    if (dict instanceof PickledDict) for (const item of items) dict.items.push(item);
    else if (Array.isArray(dict) || dict instanceof PickledSet)
      throw broken('its pickle sets a key of what is no dict');
  }
}

type Operation = (machine: Machine) => void;

const tuple = (items: unknown[]) => Object.freeze(items);
const EMPTY_TUPLE = tuple([]);

/** By opcode. Left out are those of protocols 0 and 1 alone, copyreg's extension codes, and buffers outside of the pickle. */
const OPERATIONS: readonly (Operation | undefined)[] = byOpcode({
  40: (m) => m.mark(),
  41: (m) => m.push(EMPTY_TUPLE),
  48: (m) => m.pop(),
  49: (m) => m.popMark(),
  50: (m) => m.push(m.top()),
  66: (m) => m.pushObject(m.bytes(m.length(4))),
  67: (m) => m.pushObject(m.bytes(m.length(1))),
  71: (m) => m.push(m.float64()),
  74: (m) => m.push(m.int32()),
  75: (m) => m.push(m.uint8()),
  77: (m) => m.push(m.uint16()),
  78: (m) => m.push(null),
  81: (m) => m.persistent(),
  82: (m) => {
    const args = m.pop();
    m.call(m.pop(), args);
  },
  84: (m) => m.pushObject(m.latin(m.length(4))),
  85: (m) => m.pushObject(m.latin(m.length(1))),
  88: (m) => m.pushObject(m.text(m.length(4))),
  93: (m) => m.pushObject([]),
  97: (m) => m.append([m.pop()]),
  98: (m) => m.build(m.pop()),
  99: (m) => {
    const module = m.line();
    m.global(module, m.line());
  },
  101: (m) => m.append(m.popMark()),
  104: (m) => m.get(m.length(1)),
  106: (m) => m.get(m.length(4)),
  108: (m) => m.pushObject(m.popMark()),
  113: (m) => m.put(m.length(1)),
  114: (m) => m.put(m.length(4)),
  115: (m) => m.setItems(m.popMany(2)),
  116: (m) => m.pushObject(tuple(m.popMark())),
  117: (m) => m.setItems(m.popMark()),
  125: (m) => m.pushObject(new PickledDict()),
  129: (m) => {
    const args = m.pop();
    m.call(m.pop(), args);
  },
  133: (m) => m.pushObject(tuple(m.popMany(1))),
  134: (m) => m.pushObject(tuple(m.popMany(2))),
  135: (m) => m.pushObject(tuple(m.popMany(3))),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  138: (m) => m.pushObject(m.integer(m.length(1))),
  139: (m) => m.pushObject(m.integer(m.length(4))),
  140: (m) => m.pushObject(m.text(m.length(1))),
  141: (m) => m.pushObject(m.text(m.length(8))),
  142: (m) => m.pushObject(m.bytes(m.length(8))),
  143: (m) => m.pushObject(new PickledSet()),
  144: (m) => m.append(m.popMark()),
  145: (m) => {
    const set = new PickledSet();
    for (const item of m.popMark()) set.items.push(item); // a spread of a million would overflow the stack
    m.pushObject(set);
  },
  146: (m) => {
    m.pop(); // keyword arguments, which nothing that we know takes
    const args = m.pop();
    m.call(m.pop(), args);
  },
  147: (m) => {
    const name = m.pop();
    m.global(m.pop(), name);
  },
  148: (m) => m.memoize(),
  149: (m) => m.length(8), // a frame: how much to read at once
  150: (m) => m.pushObject(m.bytes(m.length(8))),
});

function byOpcode(operations: Readonly<Record<number, Operation>>): (Operation | undefined)[] {
  return Array.from({ length: 256 }, (_, opcode) => operations[opcode]);
}
