// Builds every package's bundles: `npm run build [-- --quiet] [-- runtime server client webview]`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  'lightning-tfjs/runs': at('runtime/src/runs/index.ts'),
  'lightning-tfjs/checkpoints': at('runtime/src/checkpoints.ts'),
};

const packages = {
  /** ES modules that share chunks, so that the command line and the user's module meet the same classes. */
  async runtime() {
    const out = at('runtime/dist');
    await buildEngine(join(out, 'wasm'));
    const { metafile } = await build({
      ...node,
      entryPoints: {
        index: at('runtime/src/index.ts'),
        tf: at('runtime/src/tf.ts'),
        tfData: at('runtime/src/tfData.ts'),
        tfBackends: at('runtime/src/tfBackends.ts'),
        hooks: at('runtime/src/hooks.ts'),
        options: at('runtime/src/options.ts'),
        protocol: at('runtime/src/protocol/index.ts'),
        runs: at('runtime/src/runs/index.ts'),
        checkpoints: at('runtime/src/checkpoints.ts'),
        cli: at('runtime/src/cli/main.ts'),
        // Runs on a DataLoader's threads: a program of its own, which loads no engine unless the dataset does.
        dataWorker: at('runtime/src/data/workerThread.ts'),
      },
      outdir: out,
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      sourcemap: true,
      sourcesContent: false,
      minifySyntax: true,
      minifyWhitespace: true,
      metafile: true,
      mainFields: ['module', 'main'],
      external: ['esbuild', 'esbuild-wasm'],
      plugins: [emscriptenInNode],
      // CommonJS parts inside (long, seedrandom, emscripten's loader) ask for Node's modules by `require`.
      banner: {
        js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    });
    // Only now: a build that fails leaves the one before whole.
    const made = new Set(Object.keys(metafile.outputs).map((file) => at(file)));
    const chunks = join(out, 'chunks');
    for (const name of readdirSync(chunks)) if (!made.has(join(chunks, name))) rmSync(join(chunks, name));
    rmSync(join(out, 'vendor'), { recursive: true, force: true });
    if (withTypes) {
      rmSync(join(out, 'types'), { recursive: true, force: true });
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
      entryPoints: {
        dashboard: at('webview/src/main.ts'),
        flamegraph: at('webview/src/flamegraph/main.ts'),
        checkpoint: at('webview/src/checkpoint/main.ts'),
      },
      outdir: at('webview/dist'),
      platform: 'browser',
      target: 'es2022',
      format: 'iife',
      minify: true,
      alias: runtimeDoors,
    });
    cpSync(at('webview/src/dashboard.css'), at('webview/dist/dashboard.css'));
    cpSync(at('webview/src/flamegraph/flamegraph.css'), at('webview/dist/flamegraph.css'));
    cpSync(at('webview/src/checkpoint/checkpoint.css'), at('webview/dist/checkpoint.css'));
  },
};

/** tfjs's engine, our kernels on its memory, and the file of the threads that share both. */
async function buildEngine(folder) {
  const wasm = dirname(createRequire(at('runtime/package.json')).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const engine = 'tfjs-backend-wasm-simd.wasm'; // every Node that we run on has SIMD
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, engine), withSharedMemory(readFileSync(join(wasm, 'wasm-out', engine))));
  await buildKernels(join(folder, 'lightning-kernels.wasm'));
  await build({
    ...node,
    entryPoints: [at('runtime/src/accelerators/wasm/native/kernelThread.ts')],
    outfile: join(folder, 'kernelThread.js'),
    format: 'esm',
    minify: true,
  });
}

/** Our kernels: AssemblyScript to WebAssembly with SIMD, on the engine's memory. */
async function buildKernels(outFile) {
  const { main } = await import('assemblyscript/asc');
  const { error, stderr } = await main([
    ...[at('runtime/kernels/index.ts'), '--outFile', outFile, '-O3', '--noAssert', '--runtime', 'stub'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', 'simd,threads'],
  ]);
  if (error) throw new Error(`The kernels do not compile.\n${stderr}`, { cause: error });
}

/**
 * The engine with memory that threads can share: one bit in the memory's declaration. Without it only tfjs's threaded
 * build would do, which starts eight threads of its own and cannot in Node.
 */
function withSharedMemory(bytes) {
  const [MEMORY_SECTION, HAS_MAXIMUM, SHARED] = [5, 1, 3];
  let at = 8; // behind magic number and version
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const length = number();
    const next = at + length;
    if (section === MEMORY_SECTION) {
      number(); // how many memories: one
      if (bytes[at] !== HAS_MAXIMUM) throw new Error('The engine declares its memory in another way than expected.');
      const shared = Uint8Array.from(bytes);
      shared[at] = SHARED;
      return shared;
    }
    at = next;
  }
  throw new Error('The engine declares no memory.');
}

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
