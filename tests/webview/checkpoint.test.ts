import { fileURLToPath } from 'node:url';
import type { CheckpointMessage, ComparisonMessage, TensorView } from '@lightning-typescript/webview/checkpoint';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointDriver } from './checkpointDriver.js';
import { findChromium } from './findChromium.js';
import { type ThemeName, themes } from './themes.js';

const executablePath = findChromium();
const screenshot = (name: string) =>
  fileURLToPath(new URL(`../../artifacts/screenshots/checkpoint-${name}.png`, import.meta.url));

const tensor = (name: string, shape: readonly number[]): TensorView => ({
  name,
  dtype: 'F32',
  shape,
  sizeBytes: 4 * shape.reduce((product, size) => product * size, 1),
});
const tensors = [
  tensor('state_dict.net.0.weight', [128, 784]),
  tensor('state_dict.net.0.bias', [128]),
  tensor('state_dict.net.2.weight', [10, 128]),
  tensor('optimizer_states.0.exp_avg.net.0.weight', [128, 784]),
];
const checkpoint: CheckpointMessage = {
  type: 'checkpoint',
  title: 'epoch=1-step=114.ckpt',
  format: 'lightning-tfjs',
  sizeBytes: 1_234_567,
  epoch: 1,
  globalStep: 114,
  version: '0.1.0',
  sections: [
    {
      kind: 'hyperparameters',
      nodes: [
        { key: 'lr', text: '0.001' },
        { key: 'net', text: '{1}', children: [{ key: 'width', text: '128' }] },
      ],
      omitted: 0,
    },
    { kind: 'callbacks', nodes: [{ key: 'ModelCheckpoint', text: '{}' }], omitted: 0 },
  ],
  tensors,
};
const statistics = {
  count: 1280,
  nanCount: 2,
  infiniteCount: 0,
  zeroCount: 3,
  mean: 0.01,
  std: 0.2,
  min: -1,
  max: 1,
  histogram: Array.from({ length: 40 }, (_, bin) => Math.round(1000 * Math.exp(-(((bin - 20) / 7) ** 2)))),
};
const comparison: ComparisonMessage = {
  type: 'comparison',
  from: '/p/a.ckpt',
  to: '/p/b.ckpt',
  hyperparameters: [{ name: 'lr', from: '0.1', to: null }],
  distances: [{ name: 'net.0.weight', shape: [128, 784], l2: 1.5, relative: 0.25, cosine: 0.97, maxAbs: null }],
  removed: [tensor('gone', [2])],
  added: [],
  reshaped: [{ name: 'head', from: [10], to: [12] }],
  skipped: [],
};

describe.skipIf(!executablePath)('the page of checkpoints, in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  const open: CheckpointDriver[] = [];
  const start = async (theme?: ThemeName, language?: string) => {
    const driver = await CheckpointDriver.open(browser, theme, language);
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
      expect(await driver.violations()).toEqual([]);
      await driver.page.close();
    }
  });

  it.each(Object.keys(themes) as ThemeName[])('shows a file in the %s theme, for everyone', async (theme) => {
    const { page, ...driver } = await start(theme).then((made) => ({
      page: made.page,
      say: made.say.bind(made),
      hears: made.hears.bind(made),
      accessibilityFaults: made.accessibilityFaults.bind(made),
    }));
    await driver.say(checkpoint);
    await page.getByRole('row', { name: /weight F32 10 × 128/ }).click();
    expect(await driver.hears('statistics')).toEqual({ type: 'statistics', tensor: 2 });
    await driver.say({ type: 'statistics', tensor: 2, statistics, error: null });
    await page.locator('canvas').waitFor();
    await page.getByText('Histogram as table').click();
    await page.screenshot({ path: screenshot(theme), fullPage: true });
    expect(await driver.accessibilityFaults()).toEqual([]);
  });

  it('draws the histogram', async () => {
    const driver = await start();
    await driver.say(checkpoint);
    await driver.page.getByRole('row', { name: /bias/ }).click();
    await driver.say({ type: 'statistics', tensor: 1, statistics, error: null });
    const drawn = await driver.page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      return data.some((value) => value > 0);
    });
    expect(drawn).toBe(true);
  });

  it('is walked by keyboard: arrows move and open, Enter reads a tensor', async () => {
    const driver = await start();
    await driver.say(checkpoint);
    const { page } = driver;
    await page.getByRole('row', { name: /^state_dict/ }).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    expect(await driver.hears('statistics')).toEqual({ type: 'statistics', tensor: 1 });
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('row', { name: /bias/ }).waitFor({ state: 'detached' });
  });

  it('cancels what takes too long, and ignores an answer that comes after', async () => {
    const driver = await start();
    await driver.say(checkpoint);
    await driver.page.getByRole('row', { name: /bias/ }).click();
    await driver.page.getByRole('button', { name: 'Cancel' }).click();
    await driver.hears('cancel');
    await driver.say({ type: 'statistics', tensor: 1, statistics, error: null });
    await driver.page.getByText('Cancelled.').waitFor();
  });

  it('holds only a part of 10,000 tensors in the document, and finds any', async () => {
    const driver = await start();
    const many = Array.from({ length: 10_000 }, (_, index) => tensor(`layer${index}`, [4]));
    await driver.say({ ...checkpoint, tensors: many });
    await driver.page.getByRole('row', { name: /^layer0 / }).waitFor();
    expect(await driver.page.locator('tbody tr').count()).toBe(300);
    await driver.page.getByRole('button', { name: 'Show more rows' }).click();
    expect(await driver.page.locator('tbody tr').count()).toBe(600);
    await driver.page.getByRole('searchbox').fill('layer9999');
    await driver.page.getByRole('row', { name: /layer9999/ }).click();
    expect(await driver.hears('statistics')).toEqual({ type: 'statistics', tensor: 9_999 });
  });

  it('reads no name as HTML', async () => {
    const driver = await start();
    const hostile = '<img src=x onerror="alert(1)">';
    await driver.say({
      ...checkpoint,
      title: hostile,
      sections: [{ kind: 'other', nodes: [{ key: '__proto__', text: hostile, children: [] }], omitted: 0 }],
      tensors: [tensor(hostile, [1]), tensor('__proto__.constructor', [1]), tensor('.'.repeat(5_000), [1])],
    });
    await driver.page.getByRole('heading', { name: hostile }).waitFor();
    expect(await driver.page.locator('img').count()).toBe(0);
  });

  it.each(Object.keys(themes) as ThemeName[])('compares two files in the %s theme', async (theme) => {
    const driver = await start(theme);
    await driver.say({ type: 'progress', done: 1, total: 3 });
    await driver.page.getByText('1 / 3').waitFor();
    await driver.say(comparison);
    await driver.page.getByRole('cell', { name: '0.97' }).waitFor();
    await driver.page.getByRole('cell', { name: 'not finite' }).waitFor();
    await driver.page.screenshot({ path: screenshot(`comparison-${theme}`), fullPage: true });
    expect(await driver.accessibilityFaults()).toEqual([]);
  });

  it('says what is wrong with a file, and tries again', async () => {
    const driver = await start();
    await driver.say({ type: 'failure', message: 'The checkpoint a.ckpt is truncated.' });
    await driver.page.getByText('is truncated').waitFor();
    await driver.page.getByRole('button', { name: 'Try again' }).click();
    await driver.hears('reload');
  });

  it('speaks the language of the editor', async () => {
    const driver = await start('light', 'zh-cn');
    await driver.say(checkpoint);
    await driver.page.getByRole('heading', { name: '超参数' }).waitFor();
  });
});
