import type { Entry, NewValue, ObjectValue, Value } from './facts.js';

/** What a constant stands for; any other value as it is. */
export function settled(value: Value): Value {
  let current = value;
  while (current.kind === 'name' && current.value) current = current.value;
  return current;
}

/** The values that an expression may have, one for each way. */
export function alternatives(value: Value): readonly Value[] {
  const whole = settled(value);
  return whole.kind === 'either' ? whole.values.flatMap(alternatives) : [whole];
}

/** The entry of a name in an object. The last one counts. */
export function entryOf(object: ObjectValue, name: string): Entry | undefined {
  return object.entries.findLast((entry) => entry.name === name);
}

/** The value of a name in an object, constants followed. */
export function optionOf(object: ObjectValue, name: string): Value | undefined {
  const entry = entryOf(object, name);
  return entry && settled(entry.value);
}

/** The object that a call or constructor is given at a place; undefined for anything else. */
export function objectAt(values: readonly Value[], index: number): ObjectValue | undefined {
  const value = values[index] && settled(values[index]);
  return value?.kind === 'object' ? value : undefined;
}

/** What a value of plain text, number, list or object is; `known` is false where only a run can tell. */
export function plainOf(value: Value): { readonly known: true; readonly plain: unknown } | { readonly known: false } {
  const whole = settled(value);
  switch (whole.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return { known: true, plain: whole.value };
    case 'null':
      return { known: true, plain: null };
    case 'undefined':
      return { known: true, plain: undefined };
    case 'array': {
      const items = whole.items.map(plainOf);
      if (!whole.isClosed || !items.every((item) => item.known)) return { known: false };
      return { known: true, plain: items.map((item) => item.plain) };
    }
    case 'object': {
      const entries = whole.entries.map(({ name, value: each }) => [name, plainOf(each)] as const);
      if (!whole.isClosed || !entries.every(([, each]) => each.known)) return { known: false };
      return {
        known: true,
        plain: Object.fromEntries(entries.map(([name, each]) => [name, each.known && each.plain])),
      };
    }
    default:
      return { known: false };
  }
}

/** What was constructed in a value: itself, or the items of a list. `isClosed` is false where others may be among them. */
export function constructedIn(value: Value | undefined): {
  readonly found: readonly NewValue[];
  readonly isClosed: boolean;
} {
  if (!value) return { found: [], isClosed: true };
  const whole = settled(value);
  if (whole.kind === 'new') return { found: [whole], isClosed: true };
  if (whole.kind === 'null' || whole.kind === 'undefined') return { found: [], isClosed: true };
  if (whole.kind !== 'array') return { found: [], isClosed: false };
  const items = whole.items.map(settled);
  const found = items.filter((item): item is NewValue => item.kind === 'new');
  return { found, isClosed: whole.isClosed && found.length === items.length };
}

/** A text, or a text with holes. */
export interface NamePattern {
  /** The text, where there are no holes in it. */
  readonly exact: string | null;
  /** Whether a name may be this one. */
  test(name: string): boolean;
}

/** A text, or a text with holes, as a test for names; null for anything else. */
export function patternOf(value: Value | undefined): NamePattern | null {
  const whole = value && settled(value);
  if (whole?.kind === 'string') return { exact: whole.value, test: (name) => name === whole.value };
  if (whole?.kind !== 'template') return null;
  return { exact: null, test: (name) => fits(name, whole.parts) };
}

/** True when the parts stand in the name one after the other, the first at its beginning and the last at its end. */
function fits(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
