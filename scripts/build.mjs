// Builds every package's bundles: `npm run build [-- --quiet] [-- runtime server client webview]`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const args = process.argv.slice(2);
const quiet = args.includes('--quiet');
const withTypes = !args.includes('--no-types');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const common = { bundle: true, logLevel: quiet ? 'error' : 'warning', absWorkingDir: root, legalComments: 'none' };
const node = { ...common, platform: 'node', target: 'node20' };
// Plain data and types of the runtime, for the packages that may not load the engine.
const runtimeDoors = {
  'lightning-tfjs/hooks': at('runtime/src/hooks.ts'),
  'lightning-tfjs/options': at('runtime/src/options.ts'),
  'lightning-tfjs/protocol': at('runtime/src/protocol/index.ts'),
};

const packages = {
  /** ES modules that share chunks, so that the command line and the user's module meet the same classes. */
  async runtime() {
    const out = at('runtime/dist');
    // Without new types the old ones stay: the editor and the examples read them.
    const stale = ['chunks', 'vendor', 'wasm', ...(withTypes ? ['types'] : [])];
    for (const folder of stale) rmSync(join(out, folder), { recursive: true, force: true });
    await build({
      ...node,
      entryPoints: {
        index: at('runtime/src/index.ts'),
        tf: at('runtime/src/tf.ts'),
        tfBackends: at('runtime/src/tfBackends.ts'),
        hooks: at('runtime/src/hooks.ts'),
        options: at('runtime/src/options.ts'),
        protocol: at('runtime/src/protocol/index.ts'),
        cli: at('runtime/src/cli/main.ts'),
      },
      outdir: out,
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      sourcemap: true,
      sourcesContent: false,
      minifySyntax: true,
      minifyWhitespace: true,
      mainFields: ['module', 'main'],
      external: ['esbuild', 'esbuild-wasm'],
      plugins: [emscriptenInNode],
      // CommonJS parts inside (long, seedrandom, emscripten's loader) ask for Node's modules by `require`.
      banner: {
        js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    });
    const wasm = dirname(
      createRequire(at('runtime/package.json')).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
    );
    mkdirSync(join(out, 'wasm'), { recursive: true });
    for (const name of ['tfjs-backend-wasm', 'tfjs-backend-wasm-simd', 'tfjs-backend-wasm-threaded-simd']) {
      cpSync(join(wasm, 'wasm-out', `${name}.wasm`), join(out, 'wasm', `${name}.wasm`));
    }
    if (withTypes) {
      execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('runtime/tsconfig.build.json')], {
        stdio: 'inherit',
      });
    }
  },
  async server() {
    await build({
      ...node,
      entryPoints: [at('server/src/main.ts')],
      outfile: at('server/dist/main.js'),
      format: 'cjs',
      minify: true,
      alias: runtimeDoors,
    });
  },
  /** One bundle for each lazily loaded part; the entry itself stays small. */
  async client() {
    await build({
      ...node,
      ...json(at('client/entryPoints.json')),
      absWorkingDir: at('client'),
      outdir: at('client/dist'),
      format: 'cjs',
      minify: true,
      alias: runtimeDoors,
    });
  },
  async webview() {
    await build({
      ...common,
      entryPoints: { dashboard: at('webview/src/main.ts') },
      outdir: at('webview/dist'),
      platform: 'browser',
      target: 'es2022',
      format: 'iife',
      minify: true,
      alias: runtimeDoors,
    });
    cpSync(at('webview/src/dashboard.css'), at('webview/dist/dashboard.css'));
  },
};

/** Emscripten's loader is CommonJS and takes `__dirname` for granted; we always give it the paths, so the value is not used. */
const emscriptenInNode = {
  name: 'emscripten-in-node',
  setup(builder) {
    builder.onLoad({ filter: /wasm-out[\\/].*\.js$/ }, ({ path }) => ({
      contents: `const __dirname='.',__filename='tfjs-backend-wasm.js';${readFileSync(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};

for (const name of wanted.length > 0 ? wanted : Object.keys(packages)) {
  const started = performance.now();
  await packages[name]();
  if (!quiet) console.log(`built ${name} in ${Math.round(performance.now() - started)} ms`);
}
