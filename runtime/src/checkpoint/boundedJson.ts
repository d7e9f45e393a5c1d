/** How much a JSON text may make the parser build. */
export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly depth: number;
  /** Brackets, commas and colons outside of text: a bound of the number of values. */
  readonly tokens: number;
}

/** JSON that breaks a limit, repeats a key, or is not JSON. The message is a clause: "is not JSON". */
export class JsonFault extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * `JSON.parse` for text from strangers: a file of 100 MB cannot make it build 30 million objects, and a key that stands
 * twice is a fault instead of a silent choice. Costs one pass over the text more.
 * @throws JsonFault
 */
export function parseBoundedJson(text: string, limits: JsonLimits): unknown {
  checkJsonLimits(text, limits);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JsonFault('is not JSON', { cause });
  }
}

/**
 * Looks at structure only; what is not JSON at all is found by the parser, which needs little memory for it.
 * @throws JsonFault
 */
export function checkJsonLimits(text: string, { depth, tokens }: JsonLimits): void {
  const open: (Set<string> | undefined)[] = []; // keys so far of each open object, undefined for an array
  let count = 0;
  let latestText = '';
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfText(text, at);
        latestText = text.slice(at, end + 1);
        at = end;
        break;
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        open.push(text.charCodeAt(at) === OPEN_BRACE ? new Set() : undefined);
        count += 1;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        open.pop();
        break;
      case COMMA:
        count += 1;
        break;
      case COLON:
        count += 1;
        addKey(open.at(-1), latestText);
        break;
      default:
    }
    if (open.length > depth) throw new JsonFault(`is nested more than ${depth} levels deep`);
    if (count > tokens) throw new JsonFault(`has more than ${tokens} values`);
  }
}

/** Where a text that begins at `start` ends: at the first quote with an even number of backslashes before it. */
function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return text.length;
}

function addKey(keys: Set<string> | undefined, literal: string): void {
  const key = literal.includes('\\') ? unescaped(literal) : literal.slice(1, -1);
  if (keys?.has(key)) throw new JsonFault(`has the key ${JSON.stringify(key.slice(0, 100))} twice`);
  keys?.add(key);
}

function unescaped(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal; // not JSON: the parser will say so
  }
}
