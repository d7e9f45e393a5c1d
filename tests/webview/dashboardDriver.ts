import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { HostMessage, PageMessage, SeriesView } from '@lightning-typescript/webview/messages';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { webviewPage } from '../../client/src/webviewPage.js';
import { type ThemeName, themes } from './themes.js';

const ORIGIN = 'http://dashboard.test';
const dist = (file: string) => {
  const path = fileURLToPath(new URL(`../../webview/dist/${file}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing. Build it: npm run build -- webview`);
  return path;
};
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const plainAxes = ({ x, y, epoch, time }: SeriesView) => ({ x: [...x], y: [...y], epoch: [...epoch], time: [...time] });

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
  static async open(browser: Browser, theme: ThemeName = 'dark', language = 'en'): Promise<DashboardDriver> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const driver = new DashboardDriver(page);
    page.on('pageerror', (error) => driver.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') driver.errors.push(message.text());
    });
    dist('dashboard.js'); // says so when it is not built
    await driver.#answerRequests(language);
    await page.addInitScript(() => {
      window.said = [];
      window.violations = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
        window.violations.push(violatedDirective);
      });
      Object.assign(window, {
        acquireVsCodeApi: () => ({
          postMessage: (message: PageMessage) => window.said.push(message),
          getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null'),
          setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
        }),
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
    const axes = ['x', 'y', 'epoch', 'time'] as const;
    const series = message.series.map((one) => ({ ...one, ...plainAxes(one) }));
    await this.page.evaluate(
      ([plain, names]) => {
        const revived = plain.series.map((one) => ({
          ...one,
          ...Object.fromEntries(names.map((name) => [name, Float64Array.from(one[name])])),
        }));
        window.postMessage({ ...plain, series: revived });
      },
      [{ ...message, series }, axes] as const,
    );
  }

  /** Waits until the page has said that. */
  async hears(type: PageMessage['type']): Promise<void> {
    await this.page.waitForFunction((wanted) => window.said.some((message) => message.type === wanted), type);
  }

  /** The newest message of that type that the page said. */
  async said<T extends PageMessage['type']>(type: T): Promise<Extract<PageMessage, { type: T }>> {
    await this.hears(type);
    const found = await this.page.evaluate((wanted) => window.said.findLast((one) => one.type === wanted), type);
    return found as Extract<PageMessage, { type: T }>;
  }

  /** Loads the page again, as the editor does when its window is reloaded; what it remembered stays. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.hears('ready');
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

  async #answerRequests(language: string): Promise<void> {
    const html = webviewPage({
      cspSource: ORIGIN,
      nonce: 'bm9uY2U=',
      script: `${ORIGIN}/dashboard.js`,
      style: `${ORIGIN}/dashboard.css`,
      title: 'Lightning Dashboard',
      language,
      root: 'dashboard',
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
