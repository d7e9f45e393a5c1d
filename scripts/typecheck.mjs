// Type-checks every package: `npm run typecheck`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const projects = [
  'runtime',
  'server',
  'client',
  'webview',
  'tests',
  'tests/bench',
  'tests/conformance',
  'tests/editor',
  'tests/webview',
  'examples/digits',
  'examples/mnist',
];
let failed = 0;
for (const project of projects) {
  const config = join(root, project, 'tsconfig.json');
  if (!existsSync(config)) throw new Error(`${project}/tsconfig.json is missing`);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', config, '--noEmit'], { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'types ok' : 'TYPE ERRORS'}: ${project}`);
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
