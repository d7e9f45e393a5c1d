/**
 * The real-editor tests: `node tests/editor/run.mjs --vsix FILE [--driver code-server|electron] [--lane suite|ui|all]`.
 * Bundles the harness, the suite and the UI tests into `dist/`, then hands over to the harness.
 */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');

/** @param {string} folder @returns {string[]} */
function testFiles(folder) {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.mocha.ts'));
  return names.sort().map((name) => join(root, folder, name));
}

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
};

process.setSourceMapsEnabled(true); // traces name the sources
rmSync(dist, { recursive: true, force: true });
await Promise.all([
  build({
    ...shared,
    format: 'esm',
    entryPoints: [join(root, 'harness', 'main.ts')],
    outExtension: { '.js': '.mjs' },
    outdir: join(dist, 'harness'),
  }),
  // What Mocha loads is CommonJS: an extension host loads test runners with require().
  ...['suite', 'ui'].map((lane) =>
    build({
      ...shared,
      format: 'cjs',
      external: ['vscode'],
      entryPoints: [join(root, lane, 'index.ts'), ...testFiles(lane)],
      outExtension: { '.js': '.cjs' },
      outdir: join(dist, lane),
    }),
  ),
]);

const { main } = await import(new URL('./dist/harness/main.mjs', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
