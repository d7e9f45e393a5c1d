import type { AnalysisHost } from './analyzer.js';
import type { Language } from './facts.js';

/** Folder in which {@link memoryHost} puts its files. */
export const MEMORY_ROOT = 'file:///project/';

/** A host for tests: files by their name, such as `src/lit.ts`. All are on disk; the first is open too, unless told otherwise. */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  open: readonly string[] = Object.keys(files).slice(0, 1),
): AnalysisHost {
  const nameOf = (uri: string) => decodeURIComponent(uri.slice(MEMORY_ROOT.length));
  const uriOf = (name: string) => MEMORY_ROOT + encodeURI(name);
  return {
    snapshot(uri) {
      const name = nameOf(uri);
      const text = files[name];
      if (text === undefined || name.endsWith('.json')) return undefined;
      return { version: text, language: languageOf(uri), isOpen: open.includes(name), text: () => text };
    },
    config(uri) {
      const text = files[nameOf(uri)];
      return text === undefined ? undefined : { version: text, text: () => text };
    },
    failed(_uri, error) {
      throw error;
    },
    isWatched: () => false,
    openUris: () => open.map(uriOf),
    manifestUris: () =>
      Object.keys(files)
        .filter((name) => /(^|\/)package\.json$/.test(name))
        .map(uriOf),
  };
}

function languageOf(uri: string): Language {
  if (/\.[cm]?js$/.test(uri)) return 'js';
  return uri.endsWith('.tsx') ? 'tsx' : uri.endsWith('.jsx') ? 'jsx' : 'ts';
}
