import { basename, extname } from 'node:path/posix';
import type { Language } from '../../analysis/index.js';
import { addClass, withoutTypes } from './addClass.js';
import { checkClassName, checkPackageName, freeName, ScaffoldError } from './names.js';
import {
  SCAFFOLD_KINDS,
  type ScaffoldFile,
  type ScaffoldKind,
  type ScaffoldKindInfo,
  type ScaffoldParams,
} from './protocol.js';
import { MODULES, TEMPLATES, type Template } from './templates/index.js';
import { projectFiles } from './templates/project.js';

/** What the scaffold must know of files. */
export interface ScaffoldFiles {
  /** Text of a file, as the editor or the disk has it; undefined when there is none. */
  text(uri: string): string | undefined;
  /** Version of the package that a new project asks for, such as `^1.2.0`. */
  readonly packageVersion: string;
}

/** What there is to make, in the order of a menu. */
export const SCAFFOLD_INFOS: readonly ScaffoldKindInfo[] = SCAFFOLD_KINDS.map((kind) => {
  if (kind === 'project') {
    return {
      kind,
      label: 'Project',
      description: 'A folder with a module, its data, and all that it takes to train',
      defaultName: 'my-model',
      target: 'folder',
    };
  }
  const { label, description, defaultName } = TEMPLATES[kind];
  return { kind, label, description, defaultName, target: 'file' };
});

const LANGUAGES: Readonly<Record<string, Language>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
};

/** True for what {@link ScaffoldParams} may be: it comes from outside. */
export function isScaffoldParams(value: unknown): value is ScaffoldParams {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, uri, name, withTests, module } = value as Record<keyof ScaffoldParams, unknown>;
  const isKind = (each: unknown) => SCAFFOLD_KINDS.some((known) => known === each);
  return (
    isKind(kind) &&
    typeof uri === 'string' &&
    uri.startsWith('file:') &&
    (name === undefined || typeof name === 'string') &&
    (withTests === undefined || typeof withTests === 'boolean') &&
    (module === undefined || isKind(module))
  );
}

/**
 * Makes what was asked for; nothing is written.
 * @throws ScaffoldError with a message for people
 */
export function scaffold(
  params: ScaffoldParams,
  files: ScaffoldFiles,
): { readonly name: string; readonly uri: string; readonly files: readonly ScaffoldFile[] } {
  const { kind, uri, withTests = false } = params;
  return kind === 'project'
    ? scaffoldProject(params, files)
    : scaffoldClass(TEMPLATES[kind], params.name, uri, withTests, files);
}

function scaffoldClass(
  template: Template,
  givenName: string | undefined,
  uri: string,
  withTests: boolean,
  files: ScaffoldFiles,
) {
  const wanted = checkClassName(givenName ?? template.defaultName);
  const language = LANGUAGES[extname(uri)];
  if (!language || /\.d\.[cm]?ts$/.test(uri)) {
    throw new ScaffoldError('The file must be TypeScript or JavaScript: its name ends in .ts or .js, for example.');
  }
  const text = files.text(uri);
  const made = addClass({ uri, language, text: text ?? '' }, template, wanted);
  const file = { uri, text: made.text, isNew: text === undefined };
  const test = withTests ? [testFile(template, made.name, uri, language, files)] : [];
  return { name: made.name, uri, files: [file, ...test] };
}

/** A test of its own beside the file; one that is there is left alone. */
function testFile(
  { test }: Template,
  name: string,
  uri: string,
  language: Language,
  files: ScaffoldFiles,
): ScaffoldFile {
  const extension = extname(uri);
  const stem = uri.slice(0, -extension.length);
  const suffix = freeName('.test', (each) => files.text(`${stem}${each}${extension}`) !== undefined);
  // A file is imported by the name that it has when it is compiled.
  const imported = `./${decodeURIComponent(basename(stem))}${extension.replace('ts', 'js').replace('jsx', 'js')}`;
  const text = `import { ${test.imports.join(', ')} } from 'lightning-tfjs';
import { describe, expect, it } from 'vitest';
${test.text.replaceAll('$Name', () => name).replaceAll("'$File'", () => `'${imported.replace(/['\\]/g, '\\$&')}'`)}`;
  return {
    uri: `${stem}${suffix}${extension}`,
    text: language.startsWith('ts') ? text : withoutTypes(text),
    isNew: true,
  };
}

function scaffoldProject(
  { uri, name, module = 'classifier', withTests = false }: ScaffoldParams,
  files: ScaffoldFiles,
) {
  const folder = uri.replace(/\/+$/, '');
  const packageName = checkPackageName(name ?? 'my-model');
  if (!isModuleKind(module)) {
    throw new ScaffoldError(`A project needs a module: ${Object.keys(MODULES).join(', ')}. '${module}' is none.`);
  }
  const made = Object.entries(projectFiles(packageName, MODULES[module], files.packageVersion, withTests));
  const existing = made.find(([path]) => files.text(`${folder}/${path}`) !== undefined);
  if (existing) throw new ScaffoldError(`The folder has a ${existing[0]} already. Choose an empty one.`);
  return {
    name: packageName,
    uri: `${folder}/src/module.ts`,
    files: made.map(([path, text]) => ({ uri: `${folder}/${path}`, text, isNew: true })),
  };
}

function isModuleKind(kind: ScaffoldKind): kind is keyof typeof MODULES {
  return Object.hasOwn(MODULES, kind);
}
