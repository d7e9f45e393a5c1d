import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CheckpointHostMessage, CheckpointPageMessage } from '@lightning-typescript/webview/checkpoint';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { webviewPage } from '../../client/src/webviewPage.js';
import { type ThemeName, themes } from './themes.js';

const ORIGIN = 'http://checkpoint.test';
const dist = (file: string) => fileURLToPath(new URL(`../../webview/dist/${file}`, import.meta.url));
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What the page's window has besides its own, in these tests. */
interface TestWindow {
  readonly said: CheckpointPageMessage[];
  readonly violations: string[];
  readonly axe: { run(): Promise<AxeResults> };
}

/** The built page of checkpoints in a real browser, with a test in the place of the extension. Requests are answered here. */
export class CheckpointDriver {
  /** Everything that went wrong in the page. */
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {}

  /** Opens the page in a theme, and waits until it says that it is ready. */
  static async open(browser: Browser, theme: ThemeName = 'dark', language = 'en'): Promise<CheckpointDriver> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const driver = new CheckpointDriver(page);
    page.on('pageerror', (error) => driver.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') driver.errors.push(message.text());
    });
    const html = webviewPage({
      cspSource: ORIGIN,
      nonce: 'bm9uY2U=',
      script: `${ORIGIN}/checkpoint.js`,
      style: `${ORIGIN}/checkpoint.css`,
      title: 'a.ckpt',
      language,
      root: 'checkpoint',
    });
    await page.route('**/*', async (route) => {
      const { origin, pathname } = new URL(route.request().url());
      if (origin !== ORIGIN) return route.abort();
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
      if (/^\/checkpoint\.(js|css)$/.test(pathname)) return route.fulfill({ path: dist(pathname) });
      return route.fulfill({ status: 204 });
    });
    await page.addInitScript(() => {
      const said: unknown[] = [];
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
      const acquireVsCodeApi = () => ({ postMessage: (message: unknown) => said.push(message) });
      Object.assign(window, { said, violations, acquireVsCodeApi });
    });
    await page.goto(`${ORIGIN}/`);
    await page.evaluate(
      ({ kind, colors }) => {
        const { style } = document.documentElement;
        style.setProperty('--vscode-font-family', 'system-ui, sans-serif');
        for (const [color, value] of Object.entries(colors)) style.setProperty(`--vscode-${color}`, value);
        document.body.className = kind;
      },
      { kind: themes[theme].kind, colors: themes[theme].colors as Record<string, string> },
    );
    await driver.hears('ready');
    return driver;
  }

  /** Says something to the page, as the extension would. */
  async say(message: CheckpointHostMessage): Promise<void> {
    await this.page.evaluate((said) => window.postMessage(said), message);
  }

  /** Waits until the page has said that; gives the newest such message. */
  async hears(type: CheckpointPageMessage['type']): Promise<CheckpointPageMessage> {
    const found = await this.page.waitForFunction(
      (wanted) => (window as unknown as TestWindow).said.findLast((message) => message.type === wanted),
      type,
    );
    return (await found.jsonValue()) as CheckpointPageMessage;
  }

  /** What axe finds wrong, in short. */
  async accessibilityFaults(): Promise<string[]> {
    await this.page.evaluate(await readFile(axe, 'utf8'));
    const { violations } = await this.page.evaluate(() => (window as unknown as TestWindow).axe.run());
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`),
    );
  }

  /** What the content security policy stopped so far. */
  violations(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as TestWindow).violations);
  }
}
