import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Message } from 'esbuild';
import type { Doors } from './doors.js';
import { type Problem, UserFileError } from './errors.js';
import { FILE_PLACE_DEFINES, filePlacesPlugin, filePlacesPrefix } from './filePlaces.js';
import { DOOR, importPlugin } from './importPlugin.js';
import type { Esbuild } from './loadEsbuild.js';
import { isPackageName, packageName } from './packageFacts.js';

/**
 * Bundles the user's file and what it imports of theirs into one ES module with a source map inside.
 * @param folder where the module will lie; relative to it nothing is named, so that it may be anywhere
 * @throws UserFileError with everything that keeps it from compiling
 */
export async function compileUserFile(esbuild: Esbuild, file: string, folder: string, doors: Doors): Promise<string> {
  const unresolved = new Set<string>();
  const outfile = join(folder, `${basename(file, extname(file))}.mjs`);
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      outfile,
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // Without a list esbuild adds the condition `module`, whose files Node cannot load.
      conditions: [],
      keepNames: true,
      sourcemap: 'external',
      sourcesContent: false,
      define: FILE_PLACE_DEFINES,
      banner: { js: requireFor(file) },
      plugins: [importPlugin(doors, unresolved), filePlacesPlugin()],
      logLevel: 'silent',
    });
    const [map, code] = [
      outputFiles.find(({ path }) => path.endsWith('.map')),
      outputFiles.find(({ path }) => path === outfile),
    ];
    return `${code?.text ?? ''}\n${inlineMap(map?.text ?? '', folder)}`;
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw compileError(file, error, unresolved);
  }
}

/** CommonJS files and packages need a `require`, which an ES module has not. */
function requireFor(file: string): string {
  const from = JSON.stringify(pathToFileURL(file).href);
  return `import{createRequire as __lightningCreateRequire}from'node:module';const require=__lightningCreateRequire(${from});`;
}

/** Sources by URL instead of by way from the output: two drives of Windows have no way between them. */
function inlineMap(text: string, folder: string): string {
  const map = JSON.parse(text) as { sources: string[] }; // esbuild's own output
  map.sources = map.sources.map((source) =>
    source.includes(`${DOOR}:`) ? source : pathToFileURL(resolve(folder, source)).href,
  );
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}\n`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0;
}

function compileError(file: string, { errors }: BuildFailure, unresolved: ReadonlySet<string>): UserFileError {
  const problems = errors.map((message) => problemOf(message, dirname(file), unresolved));
  const found = problems[0]?.text ?? '';
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new UserFileError(
    { code: 'does-not-compile', found: `${basename(file)} does not compile: ${found}${more}` },
    problems,
  );
}

function problemOf({ text, location, notes }: Message, base: string, unresolved: ReadonlySet<string>): Problem {
  const hints = notes.filter((note) => !note.location).map((note) => note.text);
  const plain = [text, ...hints].join(' ').replaceAll(`${DOOR}:`, '');
  // Locations in our own virtual modules mean nothing to a person.
  if (!location || !['', 'file'].includes(location.namespace)) return { text: plain };
  const file = resolve(base, location.file);
  const prefix = location.line === 1 ? filePlacesPrefix(file) : '';
  const added = location.lineText.startsWith(prefix) ? Buffer.byteLength(prefix) : 0;
  // esbuild counts bytes, editors count UTF-16 units.
  const line = Buffer.from(location.lineText);
  const units = (from: number, to: number) => line.subarray(from, to).toString('utf8').length;
  const end = location.column + location.length;
  const named = line.subarray(location.column, end).toString('utf8').slice(1, -1);
  return {
    text: unresolved.has(named) ? notFound(named) : plain,
    location: { file, line: location.line, column: units(added, location.column) + 1 },
    length: units(location.column, end),
  };
}

function notFound(specifier: string): string {
  const name = packageName(specifier);
  if (!isPackageName(name)) {
    return `'${specifier}' was not found. If it is a path alias, add it to compilerOptions.paths in your tsconfig.json.`;
  }
  return `The package '${name}' was not found. If it is not installed, run: npm install ${name}`;
}
