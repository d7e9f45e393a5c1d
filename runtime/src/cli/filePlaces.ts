import { readFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Loader, Plugin } from 'esbuild';

// Long names, since they stand in the user's own scope.
const URL_NAME = '__lightningFileURL';
const FILE_NAME = '__lightningFileName';
const FOLDER_NAME = '__lightningFolderName';

/** For esbuild's `define`: what asks for the file's own place reads the constants of {@link filePlacesPlugin}. */
export const FILE_PLACE_DEFINES: Readonly<Record<string, string>> = {
  'import.meta.url': URL_NAME,
  'import.meta.filename': FILE_NAME,
  'import.meta.dirname': FOLDER_NAME,
  __filename: FILE_NAME,
  __dirname: FOLDER_NAME,
};

const ASKS = /\bimport\s*\.\s*meta\b|\b__filename\b|\b__dirname\b/;
const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
};

/**
 * The output of a bundle lies in one place, its sources in many: gives each file that asks for its own place constants with
 * it, at the beginning of its first line, so that no line moves.
 */
export function filePlacesPlugin(): Plugin {
  return {
    name: 'lightning-file-places',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!ASKS.test(text)) return undefined;
        // A hashbang may stand at the very beginning only; as a comment it may stand anywhere.
        const rest = text.startsWith('#!') ? `//${text}` : text;
        return { contents: filePlacesPrefix(path) + rest, loader: LOADERS[extname(path)] ?? 'js' };
      });
    },
  };
}

/** What stands before the first line of a file that asks for its own place. */
export function filePlacesPrefix(path: string): string {
  const value = JSON.stringify;
  return `const ${URL_NAME}=${value(pathToFileURL(path).href)},${FILE_NAME}=${value(path)},${FOLDER_NAME}=${value(dirname(path))};`;
}
