import * as ts from 'typescript';
import type { FileFacts, Language } from '../../analysis/index.js';
import { extractFacts, PACKAGE } from '../../analysis/index.js';
import { applyChanges, importName, layoutOf } from '../../fixes/index.js';
import { freeName, ScaffoldError } from './names.js';
import type { Template } from './templates/index.js';

/** A file that gets a class. */
export interface TargetFile {
  readonly uri: string;
  readonly language: Language;
  /** Empty for a new one. */
  readonly text: string;
}

/** What became of it. */
export interface WithClass {
  readonly name: string;
  readonly text: string;
}

/**
 * Adds a class to a file: its imports are taken from, or added to, those that are there, names that are taken get a number
 * behind them, and the text is laid out as the file is.
 * @throws ScaffoldError for a file that does not parse: what is added could end up inside of something
 */
export function addClass(target: TargetFile, template: Pick<Template, 'imports' | 'text'>, wanted: string): WithClass {
  checkParses(target);
  const before = factsOf(target, target.text);
  const taken = new Set([...before.topLevelNames, ...typesIn(target.text), ...template.imports.map(nameOf)]);
  const isTaken = (name: string) => taken.has(name) || taken.has(`${name}Batch`);
  const name = freeName(wanted, isTaken);
  const isCommonJs = usesCommonJs(target, before);

  const { text, names } = withImports(target, template.imports);
  const written = classText(template.text, name, names, target.language);
  const exported = isCommonJs
    ? `${written.replace(/^export class /m, 'class ')}module.exports.${name} = ${name};\n`
    : written;
  const { eol, unit } = layoutOf(target.text);
  const laidOut = exported
    .split('\n')
    .map((line) => line.replace(/^(?: {2})+/, (indent) => unit.repeat(indent.length / 2)))
    .join(eol);
  const head = text.trimEnd();
  return { name, text: head === '' ? laidOut : `${head}${eol}${eol}${laidOut}` };
}

/** The text with the imports of the names, and how each is written in it. */
function withImports(
  target: TargetFile,
  imports: readonly string[],
): { readonly text: string; readonly names: ReadonlyMap<string, string> } {
  const isTyped = target.language.startsWith('ts');
  const wanted = imports.filter((name) => isTyped || !name.startsWith('type '));
  const names = new Map<string, string>();
  if (target.text.trim() === '') {
    const sorted = [...wanted].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en'));
    for (const name of sorted.map(nameOf)) names.set(name, name);
    return { text: `${target.text}import { ${sorted.join(', ')} } from '${PACKAGE}';\n`, names };
  }
  let { text } = target;
  for (const each of wanted) {
    const name = nameOf(each);
    const facts = factsOf(target, text);
    if (isTypeImported(name, facts)) {
      names.set(name, name);
      continue;
    }
    // One after the other: the second finds the import that the first has made.
    const { expression, changes } = importName(facts, facts.topLevelNames.has(name) ? name : each);
    text = applyChanges(text, changes);
    names.set(name, nameOf(expression));
  }
  return { text, names };
}

function classText(text: string, name: string, names: ReadonlyMap<string, string>, language: Language): string {
  let written = text.replaceAll('$Name', () => name);
  for (const [exported, local] of names) {
    // Not in words of comments and strings that only look like it: templates have none.
    if (exported !== local) written = written.replace(new RegExp(`(?<![.\\w$])${exported}\\b`, 'g'), () => local);
  }
  return language.startsWith('ts') ? written : withoutTypes(written);
}

/** The compiler takes empty lines away; a comment in their place survives. */
const EMPTY_LINE = '//empty line';

/** TypeScript as JavaScript. */
export function withoutTypes(text: string): string {
  const { outputText } = ts.transpileModule(text.replace(/^$/gm, EMPTY_LINE), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, newLine: ts.NewLineKind.LineFeed },
  });
  return outputText
    .replace(/^ {4,}/gm, (indent) => ' '.repeat(indent.length / 2))
    .replace(new RegExp(`^[ ]*${EMPTY_LINE}$`, 'gm'), '')
    .replace(/^\n+/, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n*$/, '\n');
}

function factsOf({ uri, language }: TargetFile, text: string): FileFacts {
  return extractFacts({ uri, text, language });
}

/** True where a name is imported of our package for its type only: the analysis does not list those. */
function isTypeImported(name: string, { imports, text }: FileFacts): boolean {
  return imports.some(
    ({ module, range, isTypeOnly, names }) =>
      module === PACKAGE &&
      (new RegExp(`\\btype ${name}\\s*[,}]`).test(text.slice(range.start, range.end)) ||
        (isTypeOnly && names.some(({ local }) => local === name))),
  );
}

/** Names of types that a file declares at its top; of values the analysis knows. */
function typesIn(text: string): readonly string[] {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest);
  return file.statements.flatMap((statement) =>
    ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? [statement.name.text] : [],
  );
}

function nameOf(imported: string): string {
  return imported.replace(/^type /, '');
}

function usesCommonJs({ uri, language, text }: TargetFile, facts: FileFacts): boolean {
  if (language.startsWith('ts') || uri.endsWith('.mjs')) return false;
  const hasImports = facts.imports.some(({ style }) => style === 'import') || /^export\b/m.test(text);
  return !hasImports && (uri.endsWith('.cjs') || facts.imports.length > 0 || /^(?:module\.)?exports\b/m.test(text));
}

function checkParses({ language, text, uri }: TargetFile): void {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: `file.${language}`,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext },
  });
  const [error] = diagnostics;
  if (!error) return;
  const file = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  throw new ScaffoldError(
    `${file} does not parse: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')} Mend it first, or choose another file.`,
  );
}
