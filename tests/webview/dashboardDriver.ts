import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { HostMessage, PageMessage } from '@lightning-typescript/webview/messages';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { dashboardPage } from '../../client/src/dashboard/page.js';
import { type ThemeName, themes } from './themes.js';

const ORIGIN = 'http://dashboard.test';
const dist = (file: string) => {
  const path = fileURLToPath(new URL(`../../webview/dist/${file}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing. Build it: npm run build -- webview`);
  return path;
};
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

declare global {
  interface Window {
    /** What the page said to its host. */
    said: PageMessage[];
    /** What the content security policy stopped. */
    violations: string[];
    axe: { run(): Promise<AxeResults> };
  }
}

/** The built page in a real browser, with a test in the place of the extension. No port is opened: requests are answered here. */
export class DashboardDriver {
  /** Everything that went wrong in the page. */
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {}

  /** Opens the page in a theme, and waits until it says that it is ready. */
  static async open(browser: Browser, theme: ThemeName = 'dark'): Promise<DashboardDriver> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const driver = new DashboardDriver(page);
    page.on('pageerror', (error) => driver.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') driver.errors.push(message.text());
    });
    dist('dashboard.js'); // says so when it is not built
    await driver.#answerRequests();
    await page.addInitScript(() => {
      window.said = [];
      window.violations = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
        window.violations.push(violatedDirective);
      });
      Object.assign(window, {
        acquireVsCodeApi: () => ({ postMessage: (message: PageMessage) => window.said.push(message) }),
      });
    });
    await page.goto(`${ORIGIN}/`);
    await driver.setTheme(theme);
    await driver.hears('ready');
    return driver;
  }

  /** Says something to the page, as the extension would. */
  async say(message: HostMessage): Promise<void> {
    // Arrays of numbers cross to the browser as plain ones.
    const series = message.series.map((one) => ({ ...one, x: [...one.x], y: [...one.y] }));
    await this.page.evaluate(
      (plain) => {
        const revived = plain.series.map((one) => ({
          ...one,
          x: Float64Array.from(one.x),
          y: Float64Array.from(one.y),
        }));
        window.postMessage({ ...plain, series: revived });
      },
      { ...message, series },
    );
  }

  /** Waits until the page has said that. */
  async hears(type: PageMessage['type']): Promise<void> {
    await this.page.waitForFunction((wanted) => window.said.some((message) => message.type === wanted), type);
  }

  /** Changes the colours as the editor does. */
  async setTheme(name: ThemeName): Promise<void> {
    await this.page.evaluate(
      ({ kind, colors }) => {
        const { style } = document.documentElement;
        style.setProperty('--vscode-font-family', 'system-ui, sans-serif');
        style.setProperty('--vscode-font-size', '13px');
        for (const [color, value] of Object.entries(colors)) style.setProperty(`--vscode-${color}`, value);
        document.body.className = kind;
      },
      { kind: themes[name].kind, colors: themes[name].colors as Record<string, string> },
    );
  }

  /** Waits until a metric's card says that it has so many points. */
  async showsPoints(metric: string, points: number): Promise<void> {
    await this.card(metric)
      .and(this.page.locator(`[data-points="${points}"]`))
      .waitFor();
  }

  /** The card of a metric. */
  card(metric: string) {
    return this.page.locator(`[data-metric=${JSON.stringify(metric)}]`);
  }

  /** How many pixels of a metric's chart, once it is drawn, have just that colour. */
  async pixels(metric: string, color: string): Promise<number> {
    await this.card(metric).and(this.page.locator('[data-drawn]')).waitFor();
    return this.card(metric)
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement, hex) => {
        const wanted = Number.parseInt(hex.slice(1), 16);
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          const [r = 0, g = 0, b = 0, a = 0] = data.slice(i, i + 4);
          if (a === 255 && r * 65536 + g * 256 + b === wanted) count++;
        }
        return count;
      }, color);
  }

  /** What axe finds wrong, in short. */
  async accessibilityFaults(): Promise<string[]> {
    await this.page.evaluate(await readFile(axe, 'utf8'));
    const { violations } = await this.page.evaluate(() => window.axe.run());
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`),
    );
  }

  /** What the content security policy stopped so far. */
  violations(): Promise<string[]> {
    return this.page.evaluate(() => window.violations);
  }

  async #answerRequests(): Promise<void> {
    const html = dashboardPage({
      cspSource: ORIGIN,
      nonce: 'bm9uY2U=',
      script: `${ORIGIN}/dashboard.js`,
      style: `${ORIGIN}/dashboard.css`,
      title: 'Lightning Dashboard',
      language: 'en',
    });
    await this.page.route('**/*', async (route) => {
      const { origin, pathname } = new URL(route.request().url());
      if (origin !== ORIGIN) return route.abort();
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
      if (pathname === '/dashboard.js' || pathname === '/dashboard.css') return route.fulfill({ path: dist(pathname) });
      return route.fulfill({ status: 204 });
    });
  }
}
