import childProcess from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeFolder } from '../sourceMaps/index.js';
import { UserFileError } from './errors.js';

/** What we use of esbuild. The copies in users' projects and the WebAssembly one have the same interface. */
export type Esbuild = Pick<typeof import('esbuild'), 'build' | 'stop' | 'version'>;

interface Source {
  readonly name: string;
  load(): Promise<typeof import('esbuild') | undefined>;
}

/**
 * An esbuild that works here, started: our own dependency; else the project's (in the editor's extension we have no
 * node_modules); else the WebAssembly one that the extension carries.
 * @throws UserFileError naming what was tried
 */
export async function loadEsbuild(userFile: string): Promise<Esbuild> {
  const tried: string[] = [];
  for (const source of sources(userFile)) {
    try {
      const esbuild = await source.load();
      if (!esbuild) continue;
      // The package may be there without the binary of this machine; only using it tells.
      await esbuild.transform('');
      return esbuild;
    } catch (error) {
      tried.push(`${source.name} (${firstLine(error)})`);
    }
  }
  throw new UserFileError({
    code: 'no-compiler',
    found: `No working esbuild was found, which compiles the file. Tried: ${tried.join('; ')}.`,
    fix: 'Run npm install esbuild in your project.',
  });
}

function sources(userFile: string): readonly Source[] {
  return [
    { name: 'our own', load: () => import('esbuild') },
    { name: "the project's", load: () => loadFromProject(userFile) },
    { name: 'WebAssembly', load: loadWasm },
  ];
}

async function loadFromProject(userFile: string): Promise<typeof import('esbuild') | undefined> {
  const path = createRequire(resolve(userFile)).resolve('esbuild');
  const esbuild = unwrap(await import(pathToFileURL(path).href));
  const [major = 0, minor = 0] = esbuild.version.split('.').map(Number);
  if (major === 0 && minor < 18) throw new Error(`version ${esbuild.version} is too old, 0.18 is needed.`);
  return esbuild;
}

async function loadWasm(): Promise<typeof import('esbuild') | undefined> {
  const folder = join(codeFolder, 'vendor', 'esbuild-wasm');
  const main = join(folder, 'lib', 'main.js');
  if (!existsSync(main)) return undefined;
  const esbuild = unwrap(await import(pathToFileURL(main).href));
  await startedAsOurselves(join(folder, 'bin', 'esbuild'), () => esbuild.initialize({}));
  return esbuild;
}

// Compiling Go's 14 MB with the optimizing compiler takes longer than it saves: 290 ms to the first build instead of 700.
const LAUNCH = "require('node:v8').setFlagsFromString('--liftoff-only');const s=process.argv[1];require(s);";

/**
 * esbuild-wasm starts a program called `node`, which need not exist: inside VS Code we run in Electron's. Starts its service
 * with the Node that runs us, and with quicker compilation.
 */
async function startedAsOurselves(script: string, start: () => Promise<void>): Promise<void> {
  const { spawn } = childProcess;
  const launch = (_command: string, args: readonly string[], options: childProcess.SpawnOptions) =>
    spawn(process.execPath, ['-e', LAUNCH, '--', script, ...args.slice(1)], options);
  Object.assign(childProcess, { spawn: launch });
  try {
    await start(); // calls spawn before it returns
  } finally {
    Object.assign(childProcess, { spawn });
  }
}

/** A CommonJS module is the default export of what `import` gives. */
function unwrap(imported: unknown): typeof import('esbuild') {
  const { default: inner } = imported as { default?: typeof import('esbuild') }; // esbuild's main.js is CommonJS
  return inner ?? (imported as typeof import('esbuild'));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
