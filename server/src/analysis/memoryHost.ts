import type { AnalysisHost } from './analyzer.js';
import type { Language } from './facts.js';

/** Folder in which {@link memoryHost} puts its files. */
export const MEMORY_ROOT = 'file:///project/';

/** A host for tests: files by their name, such as `src/lit.ts`. All are on disk; the first is open too, unless told otherwise. */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  open: readonly string[] = Object.keys(files).slice(0, 1),
): AnalysisHost {
  return {
    snapshot(uri) {
      const text = files[decodeURIComponent(uri.slice(MEMORY_ROOT.length))];
      return text === undefined ? undefined : { version: text, language: languageOf(uri), text: () => text };
    },
    openUris: () => open.map((name) => MEMORY_ROOT + encodeURI(name)),
  };
}

function languageOf(uri: string): Language {
  if (/\.[cm]?js$/.test(uri)) return 'js';
  return uri.endsWith('.tsx') ? 'tsx' : uri.endsWith('.jsx') ? 'jsx' : 'ts';
}
