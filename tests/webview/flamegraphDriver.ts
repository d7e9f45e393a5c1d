import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { FlameFrame, FlameHostMessage, FlamePageMessage } from '@lightning-typescript/webview/messages';
import type { Browser, Page } from 'playwright-core';
import { webviewPage } from '../../client/src/webviewPage.js';
import { type ThemeName, themes } from './themes.js';

const ORIGIN = 'http://flamegraph.test';
const dist = (file: string) => fileURLToPath(new URL(`../../webview/dist/${file}`, import.meta.url));
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

declare global {
  interface Window {
    flame: { said: FlamePageMessage[]; violations: string[] };
  }
}

/** A span as tests write it: name's number, parent, start and duration in microseconds, and perhaps shapes and bytes. */
export type Span = readonly [
  frame: number,
  parent: number,
  start: number,
  duration: number,
  shapes?: number,
  bytes?: number,
];

/** The flamegraph's page in a real browser, with a test in the place of the extension. No port is opened: requests are answered here. */
export class FlamegraphDriver {
  /** Everything that went wrong in the page. */
  readonly errors: string[] = [];
  #seq = 0;

  private constructor(readonly page: Page) {}

  /** Opens the page in a theme and a language, and waits until it says that it is ready. */
  static async open(browser: Browser, theme: ThemeName = 'dark', language = 'en'): Promise<FlamegraphDriver> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    const driver = new FlamegraphDriver(page);
    page.on('pageerror', (error) => driver.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') driver.errors.push(message.text());
    });
    await driver.#answerRequests(language);
    await page.addInitScript(() => {
      window.flame = { said: [], violations: [] };
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
        window.flame.violations.push(violatedDirective);
      });
      Object.assign(window, {
        acquireVsCodeApi: () => ({ postMessage: (message: FlamePageMessage) => window.flame.said.push(message) }),
      });
    });
    await page.goto(`${ORIGIN}/`);
    await driver.setTheme(theme);
    await page.waitForFunction(() => window.flame.said.some(({ type }) => type === 'ready'));
    return driver;
  }

  /** Shows a whole profile, and waits until it is drawn. */
  async show(
    frames: readonly Pick<FlameFrame, 'name'>[],
    spans: readonly Span[],
    more: Partial<FlameHostMessage> = {},
  ) {
    await this.page.evaluate(
      ({ seq, frames, spans, more }) => {
        const column = (at: number, missing: number) => spans.map((span) => span[at] ?? missing);
        const [start, duration] = [column(2, 0), column(3, 0)];
        window.postMessage({
          type: 'flame-spans',
          seq,
          reset: true,
          keep: 0,
          changed: new Uint32Array(0),
          changedDuration: new Float64Array(0),
          spans: {
            frame: Uint32Array.from(column(0, 0)),
            parent: Int32Array.from(column(1, -1)),
            start: Float64Array.from(start),
            duration: Float64Array.from(duration),
            shapes: Int32Array.from(column(4, -1)),
            bytes: Float64Array.from(column(5, -1)),
          },
          frames: frames.map((frame) => ({ category: 'hook', source: null, canOpen: false, ...frame })),
          shapes: [{ inputs: '64×10, 10×5', outputs: '64×5', dtype: 'float32' }],
          title: 'fit-profile.spans.ndjson',
          state: 'complete',
          endUs: Math.max(...start.map((at, i) => at + (duration[i] ?? 0))),
          isSampled: false,
          skipped: 0,
          more: false,
          ...more,
        });
      },
      { seq: ++this.#seq, frames, spans, more },
    );
    await this.frame.and(this.page.locator('[data-drawn]')).waitFor();
    await this.nextFrame();
  }

  /** What has the keyboard. */
  get frame() {
    return this.page.getByRole('application');
  }

  /** Waits until what was asked for is drawn. */
  async nextFrame(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))),
    );
  }

  /** What the page said, without `ready`. */
  async said(): Promise<FlamePageMessage[]> {
    return (await this.page.evaluate(() => window.flame.said)).filter(({ type }) => type !== 'ready');
  }

  /** Left edge and width of what is seen, in microseconds. */
  async view(): Promise<{ from: number; span: number }> {
    await this.nextFrame();
    return {
      from: Number(await this.frame.getAttribute('data-from')),
      span: Number(await this.frame.getAttribute('data-span')),
    };
  }

  /** How many different colours the picture has. */
  colors(): Promise<number> {
    return this.frame
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return new Set(new Uint32Array(Uint8ClampedArray.from(data).buffer)).size;
      });
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

  /** What axe finds wrong, in short. */
  async accessibilityFaults(): Promise<string[]> {
    await this.page.evaluate(await readFile(axe, 'utf8'));
    const { violations } = await this.page.evaluate(() => window.axe.run());
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`),
    );
  }

  async #answerRequests(language: string): Promise<void> {
    const html = webviewPage({
      cspSource: ORIGIN,
      nonce: 'bm9uY2U=',
      script: `${ORIGIN}/flamegraph.js`,
      style: `${ORIGIN}/flamegraph.css`,
      title: 'Flamegraph',
      language,
      root: 'flamegraph',
    });
    await this.page.route('**/*', async (route) => {
      const { origin, pathname } = new URL(route.request().url());
      if (origin !== ORIGIN) return route.abort();
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
      if (pathname.startsWith('/flamegraph.')) return route.fulfill({ path: dist(pathname) });
      return route.fulfill({ status: 204 });
    });
  }
}
