import { appendFileSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import type { SuiteRun } from './suiteRun.js';
import { type VscodeServer, withDeadline } from './vscodeServer.js';
import { windowUrl } from './windowUrl.js';

/** From opening the page to the suite's first line: a cold start takes about 20 s on two cores. */
const SUITE_START_DEADLINE_MS = 120_000;
const SUITE_DEADLINE_MS = 15 * 60_000;

/** What the browser driver needs beyond the run itself. */
export interface CodeServerSuiteRun extends SuiteRun {
  readonly server: VscodeServer;
  /** Chromium's executable. */
  readonly chromium: string;
  /** Everything the page says on its console is added here. */
  readonly logFile: string;
}

/**
 * Runs the Mocha suite in the extension host of a VS Code server, with a headless browser as its window. This is the
 * way VS Code tests its own extensions in browsers: the suite is named in the page's payload, and the page calls
 * `codeAutomationLog` and `codeAutomationExit`.
 * @returns 0 when every test passed, 1 when one failed
 * @throws when the suite never began, or the page or the server broke
 */
export async function runSuiteInBrowser(run: CodeServerSuiteRun): Promise<number> {
  const browser = await chromium.launch({ executablePath: run.chromium, args: ['--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await recordConsole(page, run.logFile);
    const { code: exit } = await automationExit(page);
    const remote = (path: string) => `vscode-remote://${run.server.authority}${path}`;
    await page.goto(
      windowUrl(run.server.authority, run.workspace, [
        ['extensionDevelopmentPath', remote(run.hostExtension)],
        ['extensionTestsPath', remote(run.suite)],
      ]),
    );
    await withDeadline(Promise.race([run.began, exit]), SUITE_START_DEADLINE_MS, () => PAYLOAD_IGNORED);
    return await withDeadline(exit, SUITE_DEADLINE_MS, () => 'the suite did not end in time');
  } finally {
    await browser.close();
  }
}

const PAYLOAD_IGNORED = [
  `the editor opened, but the suite did not begin within ${SUITE_START_DEADLINE_MS / 1000} s: no test ran.`,
  'VS Code ignored the payload, or could not load the suite. A built VS Code reads extensionTestsPath only with',
  '--enable-smoke-test-driver, and this is not a public contract: was the code-server pin raised?',
].join('\n');

/** The exit code that the page will report. */
async function automationExit(page: Page): Promise<{ code: Promise<number> }> {
  let end: (code: number) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const code = new Promise<number>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  code.catch(() => {}); // it may fail before anybody waits for it
  page.once('crash', () => fail(new Error('the browser page crashed')));
  await page.exposeFunction('codeAutomationExit', (value: number) => end(value));
  return { code }; // wrapped: returned bare, it would be awaited here
}

/** Keeps what the page says; an extension host's own console comes through `codeAutomationLog`. */
async function recordConsole(page: Page, logFile: string): Promise<void> {
  const add = (kind: string, text: string) => appendFileSync(logFile, `[${kind}] ${text}\n`);
  page.on('console', (message) => add(message.type(), message.text()));
  page.on('pageerror', (error) => add('pageerror', error.stack ?? error.message));
  await page.exposeFunction('codeAutomationLog', (kind: string, args: unknown[]) => add(`host ${kind}`, String(args)));
}
