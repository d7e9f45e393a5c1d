import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { userLocation } from '../sourceMaps/index.js';
import { compileUserFile } from './compileUserFile.js';
import { type Doors, runningDoors } from './doors.js';
import { UserFileError } from './errors.js';
import { type Esbuild, loadEsbuild } from './loadEsbuild.js';

/** A user's file after it ran. */
export interface LoadedFile {
  /** Absolute. */
  readonly path: string;
  /** What it exports, by name; for CommonJS what `module.exports` holds. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/** What loading needs; all have defaults. */
export interface LoadOptions {
  /** What `lightning-tfjs` and `@tensorflow/*` are; default: the running package. */
  readonly doors?: Doors;
  /** Default: the best that is found, started when loading begins. */
  readonly esbuild?: Promise<Esbuild>;
  /** Runs the compiled module; default: `import`, which test runners replace by their own. */
  readonly importModule?: (url: string) => Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Compiles a user's TypeScript or JavaScript file, ES module or CommonJS, and runs it. Stacks then name the user's own lines.
 * @param path absolute, or from the working directory
 * @throws UserFileError when it does not compile; whatever the file itself throws
 */
export async function loadUserFile(path: string, options: LoadOptions = {}): Promise<LoadedFile> {
  const file = realpathSync(resolve(path));
  const esbuild = await (options.esbuild ?? loadEsbuild(file));
  // Real, since Node resolves links on import; of mode 700, since what it holds will run.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'lightning-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // the user's file may end the process
  try {
    const code = await compileUserFile(esbuild, file, folder, options.doors ?? runningDoors());
    await esbuild.stop?.(); // projects may have an esbuild without it
    const output = join(folder, `${basename(file, extname(file))}.mjs`);
    writeFileSync(output, code, { mode: 0o600 });
    // Only from here on: the maps of our own modules would be read too.
    process.setSourceMapsEnabled(true);
    const namespace = await (options.importModule ?? importModule)(pathToFileURL(output).href).catch(
      (error: unknown) => {
        throw withPlace(error, file);
      },
    );
    return { path: file, exports: withCommonJS(namespace) };
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  return import(url);
}

/** What is no Error, and an import that Node refuses, say nothing of where they come from. */
function withPlace(error: unknown, file: string): unknown {
  if (userLocation(error)) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const found = `${basename(file)} could not be loaded. It threw ${message}`;
  return new UserFileError({ code: 'load-failed', found, cause: error }, [
    { text: found, location: { file, line: 1, column: 1 } },
  ]);
}

/** `module.exports` arrives as the default export. */
function withCommonJS(namespace: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { default: main } = namespace;
  const isObject = typeof main === 'object' && main !== null;
  return isObject && Object.keys(namespace).length === 1 ? { ...main } : { ...namespace };
}
