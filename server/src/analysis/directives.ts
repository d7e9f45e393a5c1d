import type { Directive, NamedRule, TextRange } from './facts.js';
import * as ts from './syntax.js';

/** `// lightning-disable-line a, b -- why`, and the like; the star form is for whole blocks too. */
const COMMENT = /(\/\/|\/\*)[\t ]*lightning-(disable-next-line|disable-line|disable|enable)(?![\w-])([^\r\n]*)/g;

/** The comments of a file that switch rules off. Words that look like one inside of a string are none. */
export function directivesOf(file: ts.SourceFile): readonly Directive[] {
  const { text } = file;
  if (!text.includes('lightning-')) return [];
  return [...text.matchAll(COMMENT)].flatMap((match) => {
    const [, opening = '', word = '', rest = ''] = match;
    // `// lightning-disable` would leave open how far it reaches.
    const isLine = word.endsWith('-line');
    if ((!isLine && opening === '//') || isInLiteral(file, match.index)) return [];
    const [list = ''] = (opening === '//' ? rest : (rest.split('*/')[0] ?? '')).split(/(?:^|\s)--(?:\s|$)/);
    const rules = namedRules(list, match.index + match[0].length - rest.length);
    const end = match.index + match[0].length;
    const kind = isLine ? 'line' : word === 'enable' ? 'enable' : 'disable';
    return { kind, rules, scope: scopeOf(word, text, match.index, end) };
  });
}

function namedRules(list: string, offset: number): readonly NamedRule[] {
  return [...list.matchAll(/[^\s,]+/g)].map((match) => ({
    id: match[0],
    range: { start: offset + match.index, end: offset + match.index + match[0].length },
  }));
}

function scopeOf(word: string, text: string, start: number, end: number): TextRange {
  if (word === 'disable' || word === 'enable') return { start, end: text.length };
  const lineEnd = endOfLine(text, end);
  if (word === 'disable-line') return { start: text.lastIndexOf('\n', start - 1) + 1, end: lineEnd };
  const next = text.indexOf('\n', lineEnd);
  return next === -1 ? { start: text.length, end: text.length } : { start: next + 1, end: endOfLine(text, next + 1) };
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** True for an offset in a string, a template's text, or a regular expression. */
function isInLiteral(file: ts.SourceFile, offset: number): boolean {
  let node: ts.Node = file;
  for (;;) {
    const child: ts.Node | undefined = ts.forEachChild(node, (each) =>
      each.pos <= offset && offset < each.end ? each : undefined,
    );
    if (!child) break;
    node = child;
  }
  const isLiteral =
    ts.isStringLiteralLike(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isTemplateLiteralToken(node) ||
    ts.isJsxText(node);
  return isLiteral && offset >= node.getStart(file);
}
