/**
 * The conformance runner: `node tests/conformance/run.mjs DIR [--area NAME] [--id PATTERN] [--engine NAME] [--json FILE]`.
 * Bundles itself into `dist/`, then hands over to `main.ts`.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));

process.setSourceMapsEnabled(true); // traces name the sources
await build({
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  tsconfigRaw: {}, // its paths lead to the sources, for types only
  sourcemap: true,
  logLevel: 'warning',
  entryPoints: { main: join(root, 'main.ts'), worker: join(root, 'worker.ts') },
  outExtension: { '.js': '.mjs' },
  outdir: join(root, 'dist'),
});

const { main } = await import(new URL('./dist/main.mjs', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
