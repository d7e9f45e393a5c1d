// `npm run package`: one .vsix for every platform, with the runtime, the wasm engine and a compiler inside.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_VSIX_BYTES = 8e6;
const MAX_ENTRY_BYTES = 60e3;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);

if (!process.argv.includes('--no-build'))
  execFileSync(process.execPath, [at('scripts/build.mjs')], { stdio: 'inherit' });

// A machine without a Node project has no esbuild: the portable one comes along. Platform packages would be 10 MB each.
const esbuild = dirname(createRequire(at('package.json')).resolve('esbuild-wasm/package.json'));
const vendor = at('runtime/dist/vendor/esbuild-wasm');
rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
for (const part of ['package.json', 'LICENSE.md', 'bin', 'lib', 'esbuild.wasm', 'wasm_exec.js', 'wasm_exec_node.js']) {
  cpSync(join(esbuild, part), join(vendor, part), { recursive: true });
}

// A new project without a network gets the package from here, and the editor needs the types of what it is made of.
const types = at('runtime/dist/vendor/types/@tensorflow');
rmSync(at('runtime/dist/vendor/types'), { recursive: true, force: true });
for (const name of ['tfjs-core', 'tfjs-layers', 'tfjs-data']) {
  const from = dirname(createRequire(at('runtime/package.json')).resolve(`@tensorflow/${name}/package.json`));
  for (const file of readdirSync(join(from, 'dist'), { recursive: true })) {
    if (!file.endsWith('.d.ts') || file.endsWith('_test.d.ts') || file.includes('node_modules')) continue;
    cpSync(join(from, 'dist', file), join(types, name, 'dist', file));
  }
  const { version, license } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const manifest = { name: `@tensorflow/${name}`, version, license, types: 'dist/index.d.ts' };
  writeFileSync(join(types, name, 'package.json'), `${JSON.stringify(manifest)}\n`);
}

const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const vsix = at(`lightning-typescript-${version}.vsix`);
rmSync(vsix, { force: true });
const vsce = at('node_modules/@vscode/vsce/vsce');
const { status } = spawnSync(
  process.execPath,
  [vsce, 'package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--out', vsix],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
if (status !== 0) process.exit(status ?? 1);
check('the .vsix', vsix, MAX_VSIX_BYTES);
check('the entry bundle', at('client/dist/extension.js'), MAX_ENTRY_BYTES);

function check(what, file, limit) {
  const { size } = statSync(file);
  console.log(`${what}: ${(size / 1e3).toFixed(0)} kB of at most ${limit / 1e3} kB`);
  if (size > limit) {
    console.error(`${what} is too large: look at what was bundled (esbuild --analyze).`);
    process.exit(1);
  }
}
