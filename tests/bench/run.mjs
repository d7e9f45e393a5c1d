/**
 * The benchmarks: `npm run bench [-- NAME…]`. Bundles them into `dist/`, then runs those that were named, or all.
 * What we measure of the inside is bundled from the runtime's sources, on the built tfjs, as users get it.
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const runtime = join(here, '../../runtime/dist');

/** @type {import('esbuild').Plugin} */
const builtTfjs = {
  name: 'built-tfjs',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\/(tf|tfBackends)\.js$/ }, ({ path }) => ({
      path: pathToFileURL(join(runtime, path.replace(/^.*\//, ''))).href,
      external: true,
    }));
  },
};

process.setSourceMapsEnabled(true); // traces name the sources
rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [
    join(here, 'main.ts'),
    ...readdirSync(join(here, 'contestants')).map((name) => join(here, 'contestants', name)),
  ],
  outbase: here,
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  plugins: [builtTfjs],
  sourcemap: true,
  logLevel: 'warning',
});
cpSync(join(runtime, 'wasm'), join(dist, 'wasm'), { recursive: true }); // where the bundled engine looks for it

const { main } = await import(pathToFileURL(join(dist, 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2));
