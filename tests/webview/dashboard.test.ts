import { fileURLToPath } from 'node:url';
import type {
  DeltaMessage,
  NoticeView,
  RunView,
  SeriesView,
  SnapshotMessage,
} from '@lightning-typescript/webview/messages';
import { DEFAULT_MAX_POINTS, SeriesStore } from '@lightning-typescript/webview/series';
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
  color: 0,
  startedAt: 1_700_000_000_000,
  hparams: [{ name: 'lr', value: 0.1 }],
  metrics: [{ name: 'train_loss', value: 0.5 }],
};
const other: RunView = {
  ...run,
  id: 'r2',
  subtitle: 'fit · version_4 · cpu (wasm)',
  state: 'finished',
  color: 1,
  hparams: [{ name: 'lr', value: 0.01 }],
  metrics: [{ name: 'train_loss', value: 0.25 }],
};
const warning: NoticeView = { run: 'r1', kind: 'warning', time: 1_700_000_000_000, text: 'The loader has no workers.' };

/** A metric of so many points, as the extension would send it. */
function metric(name: string, length: number, value: (step: number) => number, of = 'r1'): SeriesView {
  const store = new SeriesStore();
  const step = Float64Array.from({ length }, (_, i) => i);
  store.append({
    step,
    epoch: step.map((one) => Math.floor(one / 100)),
    times: step.map((one) => 1_700_000_000_000 + one * 100),
    series: new Map([[name, { rows: Uint32Array.from(step), values: step.map(value) }]]),
  });
  const { patch } = store.patch(name) ?? expect.unreachable();
  const series = store.get(name);
  return {
    run: of,
    name,
    ...patch,
    total: length,
    notFinite: series?.notFinite ?? 0,
    last: series?.last ?? Number.NaN,
  };
}

const rest = { notices: [], checkpoints: [] };
const snapshot = (...series: SeriesView[]): SnapshotMessage => ({
  type: 'snapshot',
  seq: 1,
  runs: [run],
  selected: ['r1'],
  series,
  ...rest,
});
const compared = (...series: SeriesView[]): SnapshotMessage => ({
  ...snapshot(...series),
  runs: [run, other],
  selected: ['r1', 'r2'],
});
const delta = (seq: number, ...series: SeriesView[]): DeltaMessage => ({
  type: 'delta',
  seq,
  runs: [run],
  series,
  ...rest,
});
const falling = (step: number) => 2.3 * Math.exp(-step / 300) + 0.05 + 0.04 * Math.sin(step * 12.9898);

describe.skipIf(!executablePath)('the dashboard, in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  const open: DashboardDriver[] = [];
  const dashboard = async (theme?: ThemeName, language?: string) => {
    const driver = await DashboardDriver.open(browser, theme, language);
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
      notices: [
        warning,
        { ...warning, kind: 'error', time: warning.time, text: 'RangeError: the learning rate is negative' },
      ],
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
    const axes = { x: Float64Array.of(10, 11), epoch: Float64Array.of(0, 0), time: Float64Array.of(1, 2) };
    const more = { ...axes, y: Float64Array.of(1, 0.5), total: 12, notFinite: 0, last: 0.5 };
    await driver.say(delta(2, { run: 'r1', name: 'loss', keep: 10, ...more }));
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
    expect(names).toEqual(['train_loss', 'val_loss', 'layer2', 'layer10']);
    const groups = await driver.page.locator('.charts .group-name').allTextContents();
    expect(groups).toEqual(['Training (1)', 'Validation (1)', 'Other metrics (2)']);
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
    await driver.page.keyboard.press('Tab'); // the chart
    await driver.page.keyboard.press('Tab'); // the table scrolls, so it can be reached
    expect(
      await driver
        .card('loss')
        .getByRole('region')
        .evaluate((region) => region === document.activeElement),
    ).toBe(true);
    const axes = { x: Float64Array.of(3), epoch: Float64Array.of(0), time: Float64Array.of(1) };
    const more = { ...axes, y: Float64Array.of(Number.NaN), total: 4, notFinite: 1, last: Number.NaN };
    await driver.say(delta(2, { run: 'r1', name: 'loss', keep: 3, ...more }));
    await driver.showsPoints('loss', 4);
    expect(await table.locator('tbody tr').last().textContent()).toBe('3not a finite number');
  });

  it('takes names as text, whatever they are', async () => {
    const driver = await dashboard();
    const hostile = '<img src=x onerror="document.title=\'hacked\'">';
    await driver.say({
      ...snapshot(metric(hostile, 3, falling), metric('__proto__', 3, falling), metric('constructor', 3, falling)),
      runs: [{ ...run, title: hostile, subtitle: hostile, hparams: [{ name: hostile, value: hostile }] }],
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
      window.postMessage({ type: 'snapshot', seq: 2, runs: [], series: 'all', notices: [] }),
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
    ['before the first run', { ...snapshot(), runs: [], selected: [] }, 'No run yet'],
    ['before the first metric', snapshot(), 'Waiting for the first metrics'],
    [
      'after a run without metrics',
      {
        ...snapshot(),
        runs: [{ ...run, state: 'finished', end: { epoch: 0, globalStep: 1, checkpoint: null, error: null } }],
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
    await driver.say({ ...snapshot(metric('loss', 17, falling)), runs: [{ ...run, state: 'failed', end }] });
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

  it.each(Object.keys(themes) as ThemeName[])('lays runs over one another in the %s theme', async (theme) => {
    const driver = await dashboard(theme);
    const slower = (step: number) => 2.3 * Math.exp(-step / 500) + 0.2;
    const checkpoint = { run: 'r1', file: 'epoch=3.ckpt', step: 400, epoch: 3, time: 1_700_000_040_000 };
    await driver.say({
      ...compared(
        metric('train_loss_step', 900, falling),
        metric('train_loss_step', 900, slower, 'r2'),
        metric('train_loss_epoch', 9, falling),
        metric('val_acc', 9, (step) => step / 10),
        metric('lr-Adam', 900, (step) => 0.1 * 0.99 ** step),
        metric('DeviceStatsMonitor.on_train_batch_end/cpu_percent', 50, (step) => 40 + (step % 7)),
      ),
      checkpoints: [{ ...checkpoint, monitor: 'val_acc', score: 0.4 }],
    });
    await driver.showsPoints('train_loss_step', 1800);
    await driver.page.getByRole('slider').fill('0.9');
    const list = driver.page.locator('.run-item');
    expect(await list.locator('.run-name').allTextContents()).toEqual([
      'LitClassifier version_4 · lr=0.01',
      'LitClassifier version_3 · lr=0.1',
    ]);
    expect(await driver.card('train_loss_step').locator('.chart-mark').getAttribute('title')).toBe(
      'epoch=3.ckpt · step 400 · val_acc 0.4',
    );
    const frame = driver.card('train_loss_step').locator('.chart-frame');
    await frame.hover({ position: { x: 150, y: 80 } });
    await driver.card('train_loss_step').locator('.cursor-row').nth(1).waitFor();
    await driver.page.locator('.run-compare summary').click();
    await driver.page.locator('.run-table tbody tr').nth(1).waitFor();
    await driver.page.getByRole('button', { name: 'train_loss', exact: true }).click();
    expect(await driver.page.locator('.run-table tbody tr').first().getAttribute('data-run')).toBe('r2');
    await driver.card('train_loss_step').getByRole('button', { name: 'Show as table' }).click();
    await driver.page
      .getByRole('region', { name: 'Table of train_loss_step · LitClassifier version_4 · lr=0.01' })
      .waitFor();
    await frame.hover({ position: { x: 150, y: 80 } });
    expect(await driver.accessibilityFaults()).toEqual([]);
    expect(await driver.violations()).toEqual([]);
    await driver.page.screenshot({ path: screenshot(`compare-${theme}`), fullPage: true });
  });

  it('asks for the runs that are ticked', async () => {
    const driver = await dashboard();
    await driver.say({ ...compared(metric('loss', 3, falling)), selected: ['r1'] });
    await driver.page.getByRole('checkbox', { name: /version_4/ }).click();
    expect(await driver.said('select')).toEqual({ type: 'select', runs: ['r1', 'r2'] });
  });

  it('zooms into a box, asks for the points in it, and shows all again', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 200_000, falling)));
    await driver.showsPoints('loss', 200_000);
    await driver.card('loss').and(driver.page.locator('[data-drawn]')).waitFor();
    const frame = (await driver.card('loss').locator('.chart-frame').boundingBox()) ?? expect.unreachable();
    await driver.page.mouse.move(frame.x + 150, frame.y + 60);
    await driver.page.mouse.down();
    await driver.page.mouse.move(frame.x + 200, frame.y + 120, { steps: 3 });
    await driver.page.mouse.up();
    const asked = await driver.said('window');
    expect(asked).toMatchObject({ metric: 'loss', axis: 'step' });
    expect(asked.to - asked.from).toBeLessThan(100_000);
    const part = metric('loss', 50, falling);
    const x = part.x.map((one) => asked.from + one);
    await driver.say({ ...asked, series: [{ ...part, x, total: 200_000 }] });
    await driver.card('loss').and(driver.page.locator('[data-drawn="50"]')).waitFor();
    await driver.page.mouse.dblclick(frame.x + 150, frame.y + 60);
    await driver.card('loss').and(driver.page.locator(':not([data-drawn="50"])')).waitFor();
    expect(await driver.card('loss').getByRole('button', { name: 'Reset zoom' }).count()).toBe(0);
  });

  it('moves the cursor and zooms by keyboard; the wheel alone does nothing', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('a', 100, falling), metric('b', 100, falling)));
    await driver.card('b').and(driver.page.locator('[data-drawn]')).waitFor();
    const frame = driver.card('a').locator('.chart-frame');
    await frame.focus();
    await driver.page.keyboard.press('End');
    await driver.card('a').locator('.cursor-title', { hasText: '99' }).waitFor();
    expect(await driver.card('b').locator('.crosshair').isVisible()).toBe(true);
    await driver.page.mouse.wheel(0, 10);
    const reset = driver.card('a').getByRole('button', { name: 'Reset zoom' });
    expect(await reset.count()).toBe(0);
    await driver.page.keyboard.press('+');
    await reset.waitFor();
    await driver.page.keyboard.press('Escape');
    await reset.waitFor({ state: 'hidden' });
  });

  it('remembers how charts were looked at', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('train_loss', 9, falling), metric('val_loss', 9, falling)));
    await driver.page.getByLabel('X axis').selectOption('relative');
    await driver.page.getByLabel('Log y').check();
    await driver.page.getByRole('searchbox', { name: 'Filter metrics' }).fill('VAL');
    await driver.card('train_loss').waitFor({ state: 'hidden' });
    await driver.reload();
    await driver.say(snapshot(metric('train_loss', 9, falling), metric('val_loss', 9, falling)));
    await driver.card('val_loss').waitFor();
    expect(await driver.page.getByLabel('X axis').inputValue()).toBe('relative');
    expect(await driver.page.getByLabel('Log y').isChecked()).toBe(true);
    expect(await driver.card('train_loss').isVisible()).toBe(false);
    expect(await driver.page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}').selected)).toEqual([
      'r1',
    ]);
  });

  it('hands out a chart as a picture and as a table', async () => {
    const driver = await dashboard();
    await driver.say(snapshot(metric('loss', 9, falling)));
    await driver.card('loss').and(driver.page.locator('[data-drawn]')).waitFor();
    await driver.card('loss').getByRole('button', { name: 'CSV' }).click();
    expect(await driver.said('export-csv')).toEqual({ type: 'export-csv', metric: 'loss' });
    await driver.card('loss').getByRole('button', { name: 'PNG' }).click();
    await driver.hears('export-image');
    const start = await driver.page.evaluate(() => {
      const image = window.said.find((one) => one.type === 'export-image');
      return image?.type === 'export-image' ? [...image.bytes.slice(1, 4)] : [];
    });
    expect(String.fromCharCode(...start)).toBe('PNG');
  });

  it('speaks Chinese to those who read it', async () => {
    const driver = await dashboard('light', 'zh-cn');
    await driver.say({ ...snapshot(), runs: [], selected: [] });
    await driver.page.getByRole('heading', { name: '尚无运行' }).waitFor();
  });
});
