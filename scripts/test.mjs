// `npm test` after build, lint and type check: every test lane, then one line with their sum.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const artifacts = join(root, 'artifacts');
const sum = { passed: 0, failed: 0, skipped: 0 };

mkdirSync(artifacts, { recursive: true });
unitLane();
editorLane();
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** Everything that vitest runs: units, the language server over stdio, the page in a browser, runs of the command line. */
function unitLane() {
  const report = join(artifacts, 'vitest.json');
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = run([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A file that fails to load has no failed test of its own.
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || status !== 0 ? 1 : 0);
  add({ passed: numPassedTests, failed, skipped: numPendingTests });
}

/** The packaged extension in a real VS Code. Prints why when it cannot run here. */
function editorLane() {
  const packaged = run([join(root, 'scripts/package.mjs'), '--no-build']);
  if (packaged.status !== 0) {
    add({ passed: 0, failed: 1, skipped: 0 });
    return;
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const vsix = join(root, `lightning-typescript-${version}.vsix`);
  const { status, stdout } = run([join(root, 'tests/editor/run.mjs'), '--vsix', vsix], 'pipe');
  process.stdout.write(stdout);
  const counts = /^editor: (\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(stdout);
  const [passed, failed, skipped] = counts ? counts.slice(1).map(Number) : [0, 1, 0];
  add({ passed, failed: Math.max(failed, status === 0 ? 0 : 1), skipped });
}

function run(args, stdout = 'inherit') {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'], encoding: 'utf8' });
}

function add(counts) {
  for (const key of Object.keys(sum)) sum[key] += counts[key];
}
