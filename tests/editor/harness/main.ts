import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEditorTools } from '../../../scripts/ciTools/index.mjs';
import { runSuiteInBrowser } from '../drivers/codeServer.js';
import { runSuiteInElectron } from '../drivers/electron.js';
import { installExtension, type ServerConfig, VscodeServer } from '../drivers/vscodeServer.js';
import { type DriverName, type Options, readOptions, UsageError } from './options.js';
import { type Counts, GREP_VARIABLE, RECORDS_VARIABLE } from './records.js';
import { RecordsTail } from './recordsTail.js';
import { UI_SESSION_VARIABLE, type UiSession } from './uiSession.js';
import { copyWorkspace, limitEpochs, TemporaryFolder } from './workspaces.js';

// This module is bundled to tests/editor/dist/harness/main.mjs.
const DIST = dirname(dirname(fileURLToPath(import.meta.url)));
const EDITOR = dirname(DIST);
const REPOSITORY = resolve(EDITOR, '..', '..');
const ARTIFACTS = join(REPOSITORY, 'artifacts');
const LOGS = join(ARTIFACTS, 'editor');

/**
 * Runs the real-editor tests and prints `editor: N passed, N failed, N skipped` last.
 * @returns the exit code: 0 when nothing failed, 1 for failures, 2 for a wrong command line
 */
export async function main(args: readonly string[]): Promise<number> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const options = readOptions(args);
    await runLanes(options, total);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    total.failed += 1;
    console.error(`  failed  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    console.error(`  What the editor printed is kept in ${LOGS}.`);
  }
  console.log(`editor: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed > 0 ? 1 : 0;
}

async function runLanes(options: Options, total: Counts): Promise<void> {
  const executable = process.env.VSCODE_EXECUTABLE || undefined;
  const tools = findEditorTools();
  const driver = chooseDriver(options, tools.found, executable);
  if (driver === undefined || (driver === 'code-server' && !tools.found)) {
    skip(tools.found ? 'no driver' : tools.reason, total);
    return;
  }
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });
  using temporary = new TemporaryFolder('lightning-editor-');
  const lanes = { options, temporary: temporary.path, total };
  if (driver === 'electron') await electronLanes({ ...lanes, executable });
  else if (tools.found) await codeServerLanes({ ...lanes, tools });
}

function chooseDriver(options: Options, codeServer: boolean, executable: string | undefined): DriverName | undefined {
  if (options.driver) return options.driver;
  if (codeServer) return 'code-server';
  return executable ? 'electron' : undefined;
}

/** On a person's machine a missing tool skips these tests; in CI, which has installed them, it is a failure. */
function skip(reason: string, total: Counts): void {
  const message = `the real-editor tests cannot run: ${reason}`;
  if (process.env.CI) throw new Error(message);
  console.log(`  skipped ${message}`);
  total.skipped += 1;
}

interface Lanes {
  readonly options: Options;
  /** A folder that goes when the run is over. */
  readonly temporary: string;
  readonly total: Counts;
}

async function codeServerLanes(
  lanes: Lanes & { readonly tools: { readonly chromium: string; readonly node: string; readonly codeServer: string } },
): Promise<void> {
  const { options, temporary, total, tools } = lanes;
  const recordsFile = join(temporary, 'suite.ndjson');
  const config: ServerConfig = {
    node: tools.node,
    codeServer: tools.codeServer,
    dataFolder: join(temporary, 'server'),
    logFile: join(LOGS, 'server.log'),
    env: mochaEnvironment(recordsFile, options),
  };
  await installExtension(config, options.vsix);
  if (options.lane !== 'ui') {
    await using server = await VscodeServer.start(config, { testDriver: true });
    await counted(total, recordsFile, 'suite in the VS Code server', async (began) => {
      const run = {
        ...suiteFiles(temporary),
        began,
        server,
        chromium: tools.chromium,
        logFile: join(LOGS, 'page.log'),
      };
      await runSuiteInBrowser(run);
    });
  }
  if (options.lane !== 'suite') {
    await using server = await VscodeServer.start(config, { testDriver: false });
    const session: UiSession = {
      chromium: tools.chromium,
      authority: server.authority,
      examples: join(REPOSITORY, 'examples'),
      fixtures: join(EDITOR, 'fixtures'),
      temporary,
      screenshots: join(ARTIFACTS, 'screenshots'),
      logs: LOGS,
    };
    const uiRecords = join(temporary, 'ui.ndjson');
    await counted(total, uiRecords, 'ui in the VS Code server', () => runUi(session, uiRecords, options));
  }
}

async function electronLanes(lanes: Lanes & { readonly executable: string | undefined }): Promise<void> {
  const { options, temporary, total, executable } = lanes;
  if (options.lane === 'ui') throw new UsageError('--lane ui drives a browser window. Use --driver code-server.');
  const recordsFile = join(temporary, 'suite.ndjson');
  await counted(total, recordsFile, 'suite in the desktop VS Code', async (began) => {
    const env = mochaEnvironment(recordsFile, options);
    const dataFolder = join(temporary, 'desktop');
    await runSuiteInElectron({ ...suiteFiles(temporary), began, vsix: options.vsix, dataFolder, executable, env });
  });
}

/** Runs one lane, shows its tests as they end, and adds its sums also when the lane breaks. */
async function counted(
  total: Counts,
  recordsFile: string,
  title: string,
  lane: (began: Promise<void>) => Promise<void>,
): Promise<void> {
  console.log(title);
  using tail = new RecordsTail(recordsFile, (line) => console.log(line));
  let broken: unknown;
  try {
    await lane(tail.began);
  } catch (error) {
    broken = error;
  }
  const counts = tail.counts();
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  // A failed test makes its driver fail as well; it has been told and counted.
  const isTold = counts.failed > 0 && tail.isComplete();
  if (broken !== undefined && !isTold) throw broken;
  tail.assertComplete();
}

function suiteFiles(temporary: string) {
  const workspace = copyWorkspace(join(REPOSITORY, 'examples', 'digits'), join(temporary, 'digits'));
  copyWorkspace(join(EDITOR, 'fixtures'), join(workspace, 'fixtures'));
  limitEpochs(workspace, 100);
  return { hostExtension: join(EDITOR, 'host'), suite: join(DIST, 'suite', 'index.cjs'), workspace };
}

function mochaEnvironment(recordsFile: string, options: Options): Record<string, string> {
  return { [RECORDS_VARIABLE]: recordsFile, [GREP_VARIABLE]: options.grep ?? '' };
}

/** The UI tests run in this process: it is the browser that they drive. */
async function runUi(session: UiSession, recordsFile: string, options: Options): Promise<void> {
  mkdirSync(session.screenshots, { recursive: true });
  Object.assign(process.env, mochaEnvironment(recordsFile, options), {
    [UI_SESSION_VARIABLE]: JSON.stringify(session),
  });
  const { run }: { run: () => Promise<void> } = createRequire(import.meta.url)(join(DIST, 'ui', 'index.cjs'));
  try {
    await run();
  } catch (error) {
    appendFileSync(join(LOGS, 'ui.log'), `${error instanceof Error ? error.stack : String(error)}\n`);
    throw error;
  }
}
