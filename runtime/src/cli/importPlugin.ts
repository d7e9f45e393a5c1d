import { isBuiltin } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { nearest } from '../errors/index.js';
import { type Doors, TENSORFLOW_NAMES } from './doors.js';
import { dependsOn, isCommonJS, isInstalled } from './packageFacts.js';

/** Namespace of the modules that stand for a door. */
export const DOOR = 'lightning-door';
const COMMONJS = 'lightning-commonjs';
const ASKED = Symbol('asked');

/**
 * Decides what is bundled and what stays outside. The user's own files are bundled, also those behind tsconfig paths and
 * workspace links. Installed packages stay outside, named by absolute URL, since the output lies elsewhere. Our doors become
 * the running package.
 * @param unresolved gets the import names that lead nowhere
 */
export function importPlugin(doors: Doors, unresolved: Set<string>): Plugin {
  return {
    name: 'lightning-imports',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (args) => resolve(build, args, doors, unresolved));
      build.onResolve({ filter: /.*/, namespace: COMMONJS }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /.*/, namespace: DOOR }, async ({ path }) => ({
        contents: await doorModule(path, doors),
      }));
      // `require` gives all names of a CommonJS package; Node's own `import` only finds those it can guess.
      build.onLoad({ filter: /.*/, namespace: COMMONJS }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
      }));
    },
  };
}

async function resolve(
  build: PluginBuild,
  args: OnResolveArgs,
  doors: Doors,
  unresolved: Set<string>,
): Promise<OnResolveResult | undefined> {
  const { path, kind, importer, resolveDir, namespace } = args;
  if (kind === 'entry-point' || args.pluginData === ASKED || namespace === COMMONJS) return undefined;
  if (namespace === DOOR || isBuiltin(path)) return { path, external: true };
  const door = doors.get(path);
  if (door !== undefined) {
    return kind === 'require-resolve' ? { path: fileURLToPath(door), external: true } : { path, namespace: DOOR };
  }
  if (path.startsWith('lightning-tfjs/') && path !== 'lightning-tfjs/package.json') return noSuchDoor(path, doors);
  const found = await build.resolve(path, {
    kind,
    importer,
    resolveDir,
    namespace,
    pluginData: ASKED,
    with: args.with,
  });
  if (found.errors.length > 0) {
    unresolved.add(path);
    return undefined; // esbuild reports it, or forgives it inside try and catch
  }
  if (found.external || !mayStayOutside(found.path, doors)) return undefined;
  if (kind === 'require-call' || kind === 'require-resolve') return { path: found.path, external: true };
  if (isCommonJS(found.path)) return { path: found.path, namespace: COMMONJS };
  return { path: pathToFileURL(found.path).href, external: true };
}

/** Node can load it from where it lies, and it brings no second copy of ours with it. */
function mayStayOutside(file: string, doors: Doors): boolean {
  if (!isInstalled(file) || !['.js', '.mjs', '.cjs', '.node'].includes(extname(file))) return false;
  // tfjs-node loads a binary that lies beside its own files.
  return /@tensorflow[\\/]tfjs-node/.test(file) || !dependsOn(file, doors.keys());
}

/**
 * The names are listed, so that esbuild finds a misspelt import before anything runs, with its place; and so that `require`
 * works too.
 */
async function doorModule(name: string, doors: Doors): Promise<string> {
  const url = doors.get(name) ?? '';
  const names = Object.keys(await import(url)).filter((exported) => exported !== 'default');
  const from = `from ${JSON.stringify(url)};`;
  // tfjs is CommonJS for Node, so `import tf from '@tensorflow/tfjs'` is common.
  const whole = (TENSORFLOW_NAMES as readonly string[]).includes(name) ? `export * as default ${from}` : '';
  return `export { ${names.join(', ')} } ${from}\n${whole}`;
}

function noSuchDoor(path: string, doors: Doors): OnResolveResult {
  const names = [...doors.keys()].filter((name) => name.startsWith('lightning-tfjs'));
  const near = nearest(path, names);
  const fix = near ? `Did you mean '${near}'?` : `It has: ${names.join(', ')}.`;
  return { errors: [{ text: `lightning-tfjs has no part '${path}'. ${fix}` }] };
}
