/** A word, number, text or sign of a source file. Comments and white space are none. */
export interface Token {
  readonly type: 'name' | 'number' | 'text' | 'template' | 'regex' | 'sign';
  /** As it stands; of a template only its first piece. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Behind these words an expression begins, and `/` with it a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'await case delete do else extends in instanceof new of return throw typeof void yield'.split(' '),
);
const NAME = /[\p{ID_Start}$_#\\][\p{ID_Continue}$\\]*/uy;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d[\d_]*)?|\.\d[\d_]*(?:[eE][-+]?\d[\d_]*)?)n?/y;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y;
const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|^#![^\n]*)+/y;
const SIGN = /=>|\.\.\.|\?\.|[\s\S]/y;

/**
 * Takes TypeScript or JavaScript apart, as far as is needed to find words where they mean something: it knows comments, texts, templates
 * with what is put into them, and tells regular expressions from divisions by the word before. Never fails; of a file that is not
 * well-formed, or of text in JSX, some tokens may be wrong. Cost: linear.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** For each `${` that is open: how many braces are open inside of it. */
  const templates: number[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const add = (type: Token['type'], text: string) => {
    tokens.push({ type, text, start: at, end: at + text.length });
    at += text.length;
  };
  while (at < source.length) {
    const space = match(SPACE);
    if (space) {
      at += space.length;
      continue;
    }
    const char = source[at] as string; // at is below the length
    const depth = templates.at(-1);
    if (char === '`' || (char === '}' && depth === 0)) {
      if (char === '}') templates.pop();
      const piece = templatePiece(source, at);
      if (piece.endsWith('${')) templates.push(0);
      add('template', piece);
      continue;
    }
    if (depth !== undefined && (char === '{' || char === '}'))
      templates[templates.length - 1] = depth + (char === '{' ? 1 : -1);
    const name = match(NAME);
    if (name) add('name', name);
    else if (/[\d.]/.test(char) && match(NUMBER)) add('number', match(NUMBER) as string);
    else if (char === '"' || char === "'") add('text', match(STRING) ?? char);
    else if (char === '/' && mayBeRegex(tokens.at(-1)) && regexEnd(source, at) > at)
      add('regex', source.slice(at, regexEnd(source, at)));
    else add('sign', match(SIGN) ?? char);
  }
  return tokens;
}

/** Nobody writes longer ones; without a bound a line of slashes would cost its length at each of them. */
const MAX_REGEX = 2000;

/** Where the regular expression that begins at `start` ends, with its flags; `start` when there is none. */
function regexEnd(source: string, start: number): number {
  let isInClass = false;
  for (let at = start + 1; at < Math.min(source.length, start + MAX_REGEX); at++) {
    const char = source[at];
    if (char === '\n') return start;
    if (char === '\\') at++;
    else if (char === '[') isInClass = true;
    else if (char === ']') isInClass = false;
    else if (char === '/' && !isInClass) {
      let end = at + 1;
      while (/[a-z]/.test(source[end] ?? '')) end++;
      return end;
    }
  }
  return start;
}

/** From a backtick, or from the brace that ends what is put in, to the template's end or to the next thing that is put in. */
function templatePiece(source: string, start: number): string {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '`') return source.slice(start, at + 1);
    else if (source[at] === '$' && source[at + 1] === '{') return source.slice(start, at + 2);
  }
  return source.slice(start);
}

function mayBeRegex(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.type === 'name') return BEFORE_EXPRESSION.has(before.text);
  return before.type === 'sign' && !(before.text === ')' || before.text === ']' || before.text === '}');
}
