import { fileURLToPath } from 'node:url';
import type {
  DeltaMessage,
  Notice,
  RunView,
  SeriesView,
  SnapshotMessage,
} from '@lightning-typescript/webview/messages';
import { DEFAULT_MAX_POINTS, Series } from '@lightning-typescript/webview/series';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DashboardDriver } from './dashboardDriver.js';
import { findChromium } from './findChromium.js';
import { type ThemeName, themes } from './themes.js';

const executablePath = findChromium();
const screenshot = (name: string) =>
  fileURLToPath(new URL(`../../artifacts/screenshots/webview-${name}.png`, import.meta.url));

const run: RunView = {
  id: 'r1',
  title: 'LitClassifier',
  subtitle: 'fit · version_3 · cpu (wasm)',
  state: 'running',
  progress: {
    stage: 'train',
    epoch: 1,
    maxEpochs: 3,
    batch: 340,
    totalBatches: 938,
    globalStep: 1278,
    batchesPerSecond: 81.7,
  },
  end: null,
};
const warning: Notice = { kind: 'warning', time: 1_700_000_000_000, text: 'The loader has no workers.' };

/** A metric of so many points, as the extension would send it. */
function metric(name: string, length: number, value: (step: number) => number): SeriesView {
  const series = new Series();
  for (let step = 0; step < length; step++) series.append(step, value(step));
  const { patch } = series.patch(DEFAULT_MAX_POINTS);
  return { name, ...patch, total: length, notFinite: series.notFinite, last: series.last };
}

const snapshot = (...series: SeriesView[]): SnapshotMessage => ({ type: 'snapshot', seq: 1, run, series, notices: [] });
const delta = (seq: number, ...series: SeriesView[]): DeltaMessage => ({
  type: 'delta',
  seq,
  run,
  series,
  notices: [],
});
const falling = (step: number) => 2.3 * Math.exp(-step / 300) + 0.05 + 0.04 * Math.sin(step * 12.9898);

describe.skipIf(!executablePath)('the dashboard, in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  const open: DashboardDriver[] = [];
  const dashboard = async (theme?: ThemeName) => {
    const driver = await DashboardDriver.open(browser, theme);
    open.push(driver);
    return driver;
  };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string });
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const driver of open.splice(0)) {
      expect(driver.errors).toEqual([]);
      await driver.page.close();
    }
  });

  it.each(Object.keys(themes) as ThemeName[])('shows a run in the %s theme, for everyone', async (theme) => {
    const driver = await dashboard(theme);
    const diverged = metric('grad_norm', 300, (step) => (step > 200 ? Number.NaN : 1 + step / 100));
    await driver.say({
      ...snapshot(
        metric('train_loss', 1278, falling),
        metric('val_acc', 2, (step) => 0.9 + step / 20),
        diverged,
      ),
      notices: [warning, { kind: 'error', time: warning.time, text: 'RangeError: the learning rate is negative' }],
    });
    await driver.showsPoints('train_loss', 1278);
    expect(await driver.pixels('train_loss', themes[theme].colors['charts-blue'])).toBeGreaterThan(100);
    expect(await driver.card('grad_norm').getByText('99 values are NaN or infinite').count()).toBe(1);
    await driver.card('val_acc').getByRole('button', { name: 'Show as table' }).click();
    expect(await driver.accessibilityFaults()).toEqual([]);
    expect(await driver.violations()).toEqual([]);
    await driver.page.screenshot({ path: screenshot(theme), fullPage: true });
  });

  it('draws new points as they come', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 10, falling)));
    await driver.showsPoints('loss', 10);
    const more = { x: Float64Array.of(10, 11), y: Float64Array.of(1, 0.5), total: 12, notFinite: 0, last: 0.5 };
    await driver.say(delta(2, { name: 'loss', keep: 10, ...more }));
    await driver.showsPoints('loss', 12);
    expect(await driver.card('loss').locator('.chart-value').textContent()).toBe('0.5');
    expect(await driver.card('loss').getByRole('img').getAttribute('aria-label')).toMatch(
      /^loss by step: 12 points from .* now 0\.5$/,
    );
  });

  it('orders charts by name, whichever came first', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('val_loss', 1, falling), metric('layer10', 1, falling)));
    await driver.showsPoints('layer10', 1);
    await driver.say(delta(2, metric('layer2', 1, falling), metric('train_loss', 1, falling)));
    await driver.showsPoints('train_loss', 1);
    const names = await driver.page.locator('.chart-name').allTextContents();
    expect(names).toEqual(['layer2', 'layer10', 'train_loss', 'val_loss']);
  });

  it('draws few points however many there are', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 200_000, falling)));
    await driver.showsPoints('loss', 200_000);
    await driver.card('loss').and(driver.page.locator('[data-drawn]')).waitFor();
    const drawn = Number(await driver.card('loss').getAttribute('data-drawn'));
    expect(drawn).toBeGreaterThan(DEFAULT_MAX_POINTS / 2);
    expect(drawn).toBeLessThanOrEqual(DEFAULT_MAX_POINTS);
  });

  it('shows the numbers as a table, by keyboard alone', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 3, (step) => step / 2)));
    await driver.showsPoints('loss', 3);
    const toggle = driver.card('loss').getByRole('button', { name: 'Show as table' });
    await toggle.focus();
    await driver.page.keyboard.press('Enter');
    const table = driver.card('loss').getByRole('table');
    expect(await table.locator('tbody tr').allTextContents()).toEqual(['00', '10.5', '21']);
    expect(await driver.card('loss').getByRole('button', { name: 'Hide table' }).getAttribute('aria-expanded')).toBe(
      'true',
    );
    await driver.page.keyboard.press('Tab'); // the table scrolls, so it can be reached
    expect(
      await driver
        .card('loss')
        .getByRole('region')
        .evaluate((region) => region === document.activeElement),
    ).toBe(true);
    const more = { x: Float64Array.of(3), y: Float64Array.of(Number.NaN), total: 4, notFinite: 1, last: Number.NaN };
    await driver.say(delta(2, { name: 'loss', keep: 3, ...more }));
    await driver.showsPoints('loss', 4);
    expect(await table.locator('tbody tr').last().textContent()).toBe('3not a finite number');
  });

  it('takes names as text, whatever they are', async () => {
    const driver = await dashboard();
    const hostile = '<img src=x onerror="document.title=\'hacked\'">';
    await driver.say({
      ...snapshot(metric(hostile, 3, falling), metric('__proto__', 3, falling), metric('"]\'', 3, falling)),
      run: { ...run, title: hostile, subtitle: hostile },
      notices: [{ ...warning, text: hostile }],
    });
    await driver.showsPoints('__proto__', 3);
    expect(await driver.page.locator('img').count()).toBe(0);
    expect(await driver.page.title()).toBe('Lightning Dashboard');
    expect(await driver.page.locator('h1').textContent()).toBe(hostile);
    expect(await driver.page.locator('.chart-card').count()).toBe(3);
  });

  it('runs no script but its own', async () => {
    const driver = await dashboard();
    await driver.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = "document.title = 'hacked'";
      document.body.append(script);
    });
    expect(await driver.page.title()).toBe('Lightning Dashboard');
    expect(await driver.violations()).toEqual(['script-src-elem']);
    driver.errors.length = 0; // the browser reports what it stopped
  });

  it('asks for everything when it missed a message', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 3, falling)));
    await driver.say(delta(7));
    await driver.hears('resync');
  });

  it('takes no message that is not one of its own', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 3, falling)));
    await driver.showsPoints('loss', 3);
    await driver.page.evaluate(() =>
      window.postMessage({ type: 'snapshot', seq: 2, run: null, series: 'all', notices: [] }),
    );
    await driver.say(delta(2, { ...metric('loss', 4, falling) }));
    await driver.showsPoints('loss', 4);
  });

  it('redraws in the colours of a new theme', async () => {
    const driver = await dashboard('dark');
    await driver.say(snapshot(metric('loss', 200, falling)));
    await driver.showsPoints('loss', 200);
    await driver.setTheme('light');
    const light = themes.light.colors['charts-blue'];
    await driver.page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
    expect(await driver.pixels('loss', light)).toBeGreaterThan(50);
    expect(await driver.pixels('loss', themes.dark.colors['charts-blue'])).toBe(0);
  });

  it.each([
    ['before the first run', { ...snapshot(), run: null }, 'No run yet'],
    ['before the first metric', snapshot(), 'Waiting for the first metrics'],
    [
      'after a run without metrics',
      {
        ...snapshot(),
        run: { ...run, state: 'finished', end: { epoch: 0, globalStep: 1, checkpoint: null, error: null } },
      },
      'No metrics were logged',
    ],
  ] as const)('says what is to come %s', async (_name, message, title) => {
    const driver = await dashboard();
    await driver.say(message);
    await driver.page.getByRole('heading', { name: title }).waitFor();
    expect(await driver.accessibilityFaults()).toEqual([]);
  });

  it('shows why a run failed, and leads to the place', async () => {
    const driver = await dashboard();
    const error = { name: 'TypeError', message: 'this.net is undefined', hasLocation: true };
    const end = { epoch: 0, globalStep: 17, checkpoint: '/project/last.ckpt', error };
    await driver.say({ ...snapshot(metric('loss', 17, falling)), run: { ...run, state: 'failed', end } });
    await driver.page.getByRole('heading', { name: 'TypeError' }).waitFor();
    expect(await driver.page.getByRole('status').textContent()).toBe('Failed');
    expect(await driver.page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    expect(await driver.accessibilityFaults()).toEqual([]);
    await driver.page.screenshot({ path: screenshot('failed') });
    await driver.page.getByRole('button', { name: 'Show in editor' }).click();
    await driver.hears('show-error');
  });

  it('stops a run', async () => {
    const driver = await dashboard();
    await driver.say(snapshot());
    await driver.page.getByRole('button', { name: 'Stop' }).click();
    await driver.hears('stop');
  });
});
