import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { AnalysisHost, ConfigSnapshot, Language, SourceSnapshot } from '../analysis/index.js';
import { DiskFiles } from './diskFiles.js';
import { canonicalUri } from './uris.js';

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
  readonly disk = new DiskFiles(MAX_SIZE);
  /** The `package.json` files of the workspace. */
  readonly manifests = new Set<string>();
  readonly #open = new Map<string, TextDocument>();

  /** @param failed see {@link AnalysisHost.failed} */
  constructor(readonly failed: (uri: string, error: unknown) => void) {}

  /** Call when a document was opened or changed. */
  opened(document: TextDocument): void {
    this.#open.set(canonicalUri(document.uri), document);
  }

  /** Call when a document was closed. From now on the disk counts. */
  closed(document: TextDocument): void {
    this.#open.delete(canonicalUri(document.uri));
  }

  isWatched(uri: string): boolean {
    return !this.#open.has(uri) && this.disk.isWatched(uri);
  }

  openUris(): Iterable<string> {
    return this.#open.keys();
  }

  manifestUris(): Iterable<string> {
    return this.manifests;
  }

  snapshot(uri: string): SourceSnapshot | undefined {
    const document = this.#open.get(uri);
    const language = (document && LANGUAGES[document.languageId]) ?? languageOfExtension(uri);
    if (!language) return undefined;
    if (!document) {
      const file = this.disk.file(uri);
      return file && { version: file.version, language, isOpen: false, text: file.text };
    }
    const text = document.getText();
    if (text.length > MAX_SIZE) return undefined;
    return { version: `open ${document.version}`, language, isOpen: true, text: () => text };
  }

  config(uri: string): ConfigSnapshot | undefined {
    return this.disk.file(uri);
  }
}

/** The language of a file by its name; undefined for one that is not analysed. */
export function languageOfExtension(uri: string): Language | undefined {
  return LANGUAGE_OF_EXTENSION[/\.(\w+)$/.exec(uri)?.[1] ?? ''];
}
