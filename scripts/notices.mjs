// Writes THIRD_PARTY_NOTICES.md: every package whose code is inside our bundles, with its licence. `--check` only compares.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const alias = Object.fromEntries(
  Object.entries({
    hooks: 'hooks.ts',
    options: 'options.ts',
    protocol: 'protocol/index.ts',
    runs: 'runs/index.ts',
  }).map(([door, file]) => [`lightning-tfjs/${door}`, at('runtime/src', file)]),
);
const client = JSON.parse(readFileSync(at('client/entryPoints.json'), 'utf8'));
const bundles = [
  {
    platform: 'node',
    entryPoints: [at('runtime/src/index.ts'), at('runtime/src/cli/main.ts')],
    mainFields: ['module', 'main'],
  },
  { platform: 'node', entryPoints: [at('server/src/main.ts')] },
  { platform: 'node', entryPoints: Object.values(client.entryPoints).map((file) => at('client', file)) },
  { platform: 'browser', entryPoints: [at('webview/src/main.ts')] },
];

/** Copied whole into the .vsix, next to the bundles. */
const folders = new Set(['node_modules/esbuild-wasm']);
for (const bundle of bundles) {
  const { metafile } = await build({
    ...bundle,
    alias,
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    outdir: at('dist-unwritten'),
    format: 'esm',
    logLevel: 'error',
    external: ['esbuild', 'esbuild-wasm', 'vscode'],
  });
  for (const file of Object.keys(metafile.inputs)) {
    // The last one in the path: a package may bring another version of its own.
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
    if (folder) folders.add(folder);
  }
}

const packages = [...folders].map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'));
  const file = readdirSync(at(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(at(folder, file), 'utf8').trim() : `Licence: ${license}.`;
  const title = `${name} ${version}`;
  return { title, section: `## ${title} (${license})\n\n\`\`\`\n${text.replaceAll('\r\n', '\n')}\n\`\`\`\n` };
});
packages.sort((a, b) => (a.title < b.title ? -1 : 1));
const notices = `<!-- Written by scripts/notices.mjs; do not edit. -->

# Third-party notices

The bundles of this project contain code of the following packages. The data of \`examples/digits\` has its notice in \`examples/digits/DATA.md\`.

${packages.map(({ section }) => section).join('\n')}`;

const target = at('THIRD_PARTY_NOTICES.md');
if (!process.argv.includes('--check')) {
  writeFileSync(target, notices);
  console.log(`${packages.length} packages: ${packages.map(({ title }) => title).join(', ')}`);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== notices) {
  console.error('THIRD_PARTY_NOTICES.md is not up to date: run `node scripts/notices.mjs` and commit it.');
  process.exit(1);
}
