/** How many parameters a function declares, those with a default among them; undefined when its text does not tell. */
export function parameterCount(method: (...args: never[]) => unknown): number | undefined {
  const text = Function.prototype.toString.call(method);
  if (text.includes('[native code]')) return undefined;
  const single = /^(?:async\s+)?[\w$]+\s*=>/.test(text);
  if (single) return 1;
  const list = listText(text);
  // One that takes `...rest` or reads `arguments` may take any number.
  if (list === undefined || /(?:^|,)\s*\.\.\./.test(list) || /\barguments\b/.test(text)) return undefined;
  return countTopLevel(list);
}

/** What stands between the parentheses of the parameters. */
function listText(text: string): string | undefined {
  const start = text.indexOf('(');
  if (start < 0) return undefined;
  let end: number | undefined;
  scan(text, start, (at, depth) => {
    if (depth === 0) end = at;
    return end !== undefined;
  });
  return end === undefined ? undefined : text.slice(start + 1, end);
}

function countTopLevel(list: string): number {
  const bare = list.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim();
  if (bare === '') return 0;
  let commas = 0;
  scan(bare, 0, (at, depth) => {
    if (depth === 0 && bare[at] === ',') commas++;
    return false;
  });
  return commas + (bare.endsWith(',') ? 0 : 1);
}

const OPENING = '([{';
const CLOSING = ')]}';
const QUOTES = '\'"`';

/** Visits the characters that are not inside of text, with their depth in brackets, until `visit` is done. */
function scan(text: string, from: number, visit: (at: number, depth: number) => boolean): void {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string; // at is below the length
    if (QUOTES.includes(character)) at = endOfText(text, at);
    else if (OPENING.includes(character)) depth++;
    else if (CLOSING.includes(character)) depth--;
    if (visit(at, depth)) return;
  }
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === text[start]) return at;
  }
  return text.length;
}
