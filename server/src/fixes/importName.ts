import { type FileFacts, type ImportFacts, PACKAGE } from '../analysis/index.js';
import type { TextChange } from './fix.js';
import { layoutOf } from './layout.js';

/** How an export of the package is written in a file, and what must change for that. */
export interface UsableName {
  readonly expression: string;
  readonly changes: readonly TextChange[];
}

/** Makes an export of `lightning-tfjs` usable: takes the import that is there, or adds to it. */
export function importName(file: FileFacts, name: string): UsableName {
  const ours = file.imports.filter(({ module, isTypeOnly }) => module === PACKAGE && !isTypeOnly);
  const named = ours.flatMap(({ names }) => names).find(({ imported }) => imported === name);
  if (named) return { expression: named.local, changes: [] };
  const namespace = ours.find((each) => each.namespace !== null)?.namespace;
  if (namespace) return { expression: `${namespace}.${name}`, changes: [] };

  const local = file.topLevelNames.has(name) ? freeName(file, name) : name;
  const extendable = ours.find(({ names }) => names.length > 0);
  const change = extendable ? addTo(extendable, file.text, name, local) : newImport(file, name, local);
  return { expression: local, changes: [change] };
}

function freeName(file: FileFacts, name: string): string {
  const candidate = `lightning${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  let free = candidate;
  for (let i = 2; file.topLevelNames.has(free); i += 1) free = `${candidate}${i}`;
  return free;
}

function written(style: ImportFacts['style'], name: string, local: string): string {
  if (name === local) return name;
  return style === 'import' ? `${name} as ${local}` : `${name}: ${local}`;
}

/** Behind the last name; on a line of its own where the others have theirs. */
function addTo({ names, style }: ImportFacts, text: string, name: string, local: string): TextChange {
  const last = names[names.length - 1]!; // the caller asked for an import with names
  const before = /,?(\s*)$/.exec(text.slice(0, last.range.start))?.[1] ?? '';
  const gap = before.includes('\n') ? before.slice(before.lastIndexOf('\n') - (before.includes('\r\n') ? 1 : 0)) : ' ';
  return { range: { start: last.range.end, end: last.range.end }, newText: `,${gap}${written(style, name, local)}` };
}

function newImport(file: FileFacts, name: string, local: string): TextChange {
  const { eol } = layoutOf(file.text);
  const last = file.imports.at(-1);
  const style = last?.style ?? 'import';
  const statement =
    style === 'import'
      ? `import { ${written(style, name, local)} } from '${PACKAGE}';`
      : `const { ${written(style, name, local)} } = require('${PACKAGE}');`;
  if (!last) {
    const start = /^(#!.*\r?\n)?/.exec(file.text)?.[0].length ?? 0;
    return { range: { start, end: start }, newText: statement + eol };
  }
  const lineEnd = file.text.slice(last.range.end).search(/\r?\n|$/) + last.range.end;
  return { range: { start: lineEnd, end: lineEnd }, newText: eol + statement };
}
