import type { Token } from './tokens.js';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** One property of an object that is written in place. */
export interface Property {
  readonly name: string;
  readonly key: Token;
  /** The tokens of its value; empty for `{ name }` alone. */
  readonly value: readonly Token[];
  /** Up to the comma behind it, with that. */
  readonly end: number;
}

/** A file's tokens, and for each bracket that opens the place of the one that closes it; their count when nothing does. */
export interface Structure {
  readonly tokens: readonly Token[];
  readonly closings: ReadonlyMap<number, number>;
}

/** Matches the brackets. What is put into a template has brackets of its own, which match. Cost: linear. */
export function structureOf(tokens: readonly Token[]): Structure {
  const closings = new Map<number, number>();
  const open: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (isOpening(token)) {
      open.push(at);
      closings.set(at, tokens.length);
      continue;
    }
    const last = open.at(-1);
    if (token.type !== 'sign' || last === undefined || CLOSING[tokens[last]?.text ?? ''] !== token.text) continue;
    closings.set(last, at);
    open.pop();
  }
  return { tokens, closings };
}

/** Where the bracket that opens at `open` is closed. */
export function closingOf({ tokens, closings }: Structure, open: number): number {
  return closings.get(open) ?? tokens.length;
}

/** The properties of the object whose brace opens at `open`; methods, spreads and computed names are left out. */
export function propertiesOf(structure: Structure, open: number): Property[] {
  const { tokens } = structure;
  const close = closingOf(structure, open);
  const properties: Property[] = [];
  let at = open + 1;
  while (at < close) {
    const end = endOfEntry(structure, at, close);
    const [key, sign] = [tokens[at], tokens[at + 1]];
    const isName = key && (key.type === 'name' || key.type === 'text');
    const last = tokens[end];
    const isAlone = at + 1 === end;
    if (isName && (isAlone || sign?.text === ':')) {
      properties.push({
        name: key.type === 'text' ? key.text.slice(1, -1) : key.text,
        key,
        value: isAlone ? [] : tokens.slice(at + 2, end),
        end: last?.text === ',' ? last.end : (tokens[end - 1]?.end ?? key.end),
      });
    }
    at = end + 1;
  }
  return properties;
}

function endOfEntry(structure: Structure, start: number, close: number): number {
  const { tokens } = structure;
  let at = start;
  while (at < close && tokens[at]?.text !== ',') at = isOpening(tokens[at]) ? closingOf(structure, at) + 1 : at + 1;
  return Math.min(at, close);
}

/** True for a bracket that opens. */
export function isOpening(token: Token | undefined): boolean {
  return token?.type === 'sign' && Object.hasOwn(CLOSING, token.text);
}

/** The names of a class body's own methods and fields, where they are declared. @param open its opening brace */
export function membersOf(structure: Structure, open: number): Token[] {
  const { tokens } = structure;
  const close = closingOf(structure, open);
  const members: Token[] = [];
  for (let at = open + 1; at < close; at++) {
    const token = tokens[at] as Token; // at is below the length
    if (isOpening(token)) {
      at = closingOf(structure, at);
      continue;
    }
    const next = tokens[at + 1]?.text;
    const before = tokens[at - 1];
    const begins =
      before?.text === '{' ||
      before?.text === '}' ||
      before?.text === ';' ||
      before?.text === '*' ||
      isModifier(before);
    if (token.type === 'name' && begins && (next === '(' || next === '=' || next === '<')) members.push(token);
  }
  return members;
}

const MODIFIERS = new Set(['async', 'override', 'public', 'protected', 'private', 'readonly', 'get', 'set', 'static']);

function isModifier(token: Token | undefined): boolean {
  return token?.type === 'name' && MODIFIERS.has(token.text);
}
