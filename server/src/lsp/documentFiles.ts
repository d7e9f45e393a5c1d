import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { AnalysisHost, Language, SourceSnapshot } from '../analysis/index.js';

/** Files beyond this size are not analysed: nobody writes a module in them. */
const MAX_SIZE = 2_000_000;

const LANGUAGES: Readonly<Record<string, Language>> = {
  typescript: 'ts',
  typescriptreact: 'tsx',
  javascript: 'js',
  javascriptreact: 'jsx',
};
const LANGUAGE_OF_EXTENSION: Readonly<Record<string, Language>> = {
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  js: 'js',
  mjs: 'js',
  cjs: 'js',
  jsx: 'jsx',
};

/** The files that the analysis sees: what the editor holds open, and the disk for everything else. */
export class DocumentFiles implements AnalysisHost {
  readonly #open = new Map<string, TextDocument>();

  /** Call when a document was opened or changed. */
  opened(document: TextDocument): void {
    this.#open.set(canonicalUri(document.uri), document);
  }

  /** Call when a document was closed. From now on the disk counts. */
  closed(document: TextDocument): void {
    this.#open.delete(canonicalUri(document.uri));
  }

  openUris(): Iterable<string> {
    return this.#open.keys();
  }

  snapshot(uri: string): SourceSnapshot | undefined {
    const document = this.#open.get(uri);
    if (!document) return onDisk(uri);
    const language = LANGUAGES[document.languageId] ?? languageOfExtension(uri);
    const text = document.getText();
    if (!language || text.length > MAX_SIZE) return undefined;
    return { version: `open ${document.version}`, language, text: () => text };
  }
}

/** One spelling for each file: editors escape the colon of a Windows drive, URLs do not. */
export function canonicalUri(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return pathToFileURL(fileURLToPath(uri)).href;
  } catch {
    return uri; // a host name that this system has no path for
  }
}

function onDisk(uri: string): SourceSnapshot | undefined {
  const language = languageOfExtension(uri);
  if (!language || !uri.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(uri);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.size > MAX_SIZE) return undefined;
    return { version: `disk ${stats.mtimeMs} ${stats.size}`, language, text: () => textOf(path) };
  } catch {
    return undefined; // no right to look, or no path
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // removed since we looked, or not ours to read: a base that cannot be read
  }
}

function languageOfExtension(uri: string): Language | undefined {
  return LANGUAGE_OF_EXTENSION[/\.(\w+)$/.exec(uri)?.[1] ?? ''];
}
