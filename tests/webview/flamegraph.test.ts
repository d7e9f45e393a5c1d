import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './findChromium.js';
import { FlamegraphDriver, type Span } from './flamegraphDriver.js';
import { type ThemeName, themes } from './themes.js';

const executablePath = findChromium();
const screenshot = (name: string) =>
  fileURLToPath(new URL(`../../artifacts/screenshots/flamegraph-${name}.png`, import.meta.url));

const frames = [
  { name: 'fit', category: 'run' },
  { name: 'run_training_batch', category: 'batch' },
  { name: '[LightningModule]Lit.trainingStep', category: 'hook', source: 'lit.ts:12', canOpen: true },
  { name: 'MatMul', category: 'kernel' },
  { name: '[Callback]ModelCheckpoint.onTrainBatchEnd', category: 'callback' },
];

/** Ten batches of 1 ms, each with a step and a callback, each step with a kernel. */
const spans: Span[] = [[0, -1, 0, 10_000]];
for (let batch = 0; batch < 10; batch++) {
  const begin = batch * 1000;
  const at = spans.length;
  spans.push(
    [1, 0, begin, 990],
    [2, at, begin + 10, 600],
    [3, at + 1, begin + 20, 300, 0, 1280],
    [4, at, begin + 700, 200],
  );
}

describe.skipIf(!executablePath)('the flamegraph, in a browser', { timeout: 30_000 }, () => {
  let browser: Browser;
  const open: FlamegraphDriver[] = [];
  const flamegraph = async (theme?: ThemeName, language?: string) => {
    const driver = await FlamegraphDriver.open(browser, theme, language);
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

  it.each(Object.keys(themes) as ThemeName[])('draws a profile in the %s theme, for everyone', async (theme) => {
    const driver = await flamegraph(theme);
    await driver.show(frames, spans);
    await driver.frame.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await driver.page.keyboard.press(key);
    await driver.page.getByRole('heading', { name: 'MatMul' }).waitFor();
    await driver.page.getByRole('button', { name: 'Show as table' }).click();
    expect(await driver.colors()).toBeGreaterThan(theme === 'high-contrast' ? 2 : 5);
    expect(await driver.accessibilityFaults()).toEqual([]);
    expect(await driver.page.evaluate(() => window.flame.violations)).toEqual([]);
    await driver.page.screenshot({ path: screenshot(theme) });
  });

  it('walks from span to span by keyboard, and opens the source line', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    await driver.frame.focus();
    const details = driver.page.locator('.flame-details-name');
    const names: (string | null)[] = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await driver.page.keyboard.press(key);
      names.push(await details.textContent());
    }
    expect(names).toEqual([
      'fit',
      'run_training_batch',
      'run_training_batch',
      '[LightningModule]Lit.trainingStep',
      'MatMul',
      '[LightningModule]Lit.trainingStep',
    ]);
    await driver.page.keyboard.press('Enter');
    expect(await driver.said()).toEqual([{ type: 'open-source', frame: 2 }]);
  });

  it('opens the source line of a box that is clicked, and nothing for one without', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    const { width } = (await driver.frame.boundingBox()) ?? { width: 0 };
    const at = (us: number, row: number) => ({ x: (us / 10_000) * width, y: 20 + row * 18 + 9 });
    await driver.frame.click({ position: at(5000, 0) });
    await driver.frame.click({ position: at(5300, 2) });
    await driver.page.waitForFunction(() => window.flame.said.some(({ type }) => type === 'open-source'));
    expect(await driver.said()).toEqual([{ type: 'open-source', frame: 2 }]);
  });

  it('tells of a box under the pointer: times, shapes and memory', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    const { width } = (await driver.frame.boundingBox()) ?? { width: 0 };
    await driver.frame.hover({ position: { x: (5150 / 10_000) * width, y: 20 + 3 * 18 + 9 } });
    const text = (await driver.page.locator('.flame-tooltip').innerText()).replaceAll('\n', ' | ');
    for (const part of [
      'MatMul',
      'This: 300 µs',
      'Count 10',
      'Total 3 ms',
      'Mean 300 µs',
      '64×10, 10×5',
      'float32',
      '1.28 kB',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('zooms and moves by keyboard, wheel, drag and double click', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    await driver.frame.focus();
    expect(await driver.view()).toEqual({ from: 0, span: 10_000 });
    await driver.page.keyboard.press('+');
    expect(await driver.view()).toEqual({ from: 2500, span: 5000 });
    await driver.page.keyboard.press('Shift+ArrowRight');
    expect(await driver.view()).toEqual({ from: 3500, span: 5000 });
    await driver.page.keyboard.press('0');
    expect(await driver.view()).toEqual({ from: 0, span: 10_000 });
    const box = (await driver.frame.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await driver.page.mouse.move(box.x + box.width / 4, box.y + 150);
    await driver.page.mouse.down();
    await driver.page.mouse.move(box.x + box.width / 2, box.y + 160, { steps: 3 });
    await driver.page.mouse.up();
    const dragged = await driver.view();
    expect(dragged.from).toBeCloseTo(2500, -2);
    expect(dragged.span).toBeCloseTo(2500, -2);
    await driver.page.keyboard.down('Control');
    await driver.page.mouse.wheel(0, -100);
    await driver.page.keyboard.up('Control');
    await driver.page.waitForFunction(
      (span) => Number(document.querySelector<HTMLElement>('[data-span]')?.dataset.span) < span,
      dragged.span,
    );
    await driver.frame.dblclick({ position: { x: box.width / 2, y: 29 } });
    expect((await driver.view()).span).toBe(10_000);
    expect(await driver.said()).toEqual([]);
  });

  it('finds names, counts them and goes from one to the next', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    await driver.frame.focus();
    await driver.page.keyboard.press('/');
    await driver.page.keyboard.type('matmul');
    const found = driver.page.getByRole('status');
    expect(await found.textContent()).toBe('0 of 10');
    await driver.page.keyboard.press('Enter');
    await driver.page.keyboard.press('Enter');
    expect(await found.textContent()).toBe('2 of 10');
    expect(await driver.page.locator('.flame-fact', { hasText: 'Began' }).textContent()).toBe('Began1.02 ms');
    await driver.page.keyboard.press('Shift+Enter');
    expect(await found.textContent()).toBe('1 of 10');
  });

  it('merges spans of one name in the left-heavy view', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    await driver.page.getByRole('button', { name: 'Left heavy' }).click();
    await driver.frame.focus();
    for (const key of ['ArrowDown', 'ArrowDown']) await driver.page.keyboard.press(key);
    expect(await driver.page.locator('.flame-fact').first().textContent()).toBe('This9.9 ms (10 ×)');
  });

  it('has the same profile as a table that can be sorted', async () => {
    const driver = await flamegraph();
    await driver.show(frames, spans);
    await driver.page.getByRole('button', { name: 'Show as table' }).click();
    const first = driver.page.locator('.flame-table tbody tr').first();
    expect(await first.locator('td').allTextContents()).toEqual([
      '[LightningModule]Lit.trainingStep',
      '10',
      '6 ms',
      '3 ms',
      '600 µs',
    ]);
    await driver.page.locator('.flame-table').getByRole('button', { name: 'Total' }).click();
    expect(await first.locator('td').first().textContent()).toBe('fit');
    expect(await driver.page.locator('th[aria-sort]').textContent()).toBe('Total');
  });

  it('takes names as text, whatever they are, and speaks Chinese', async () => {
    const driver = await flamegraph('dark', 'zh-cn');
    const hostile = '<img src=x onerror="document.title=\'hacked\'">';
    await driver.show(
      [{ name: hostile }, { name: '__proto__' }],
      [
        [0, -1, 0, 10],
        [1, 0, 0, 5],
      ],
      { title: hostile } as never,
    );
    await driver.frame.focus();
    await driver.page.keyboard.press('ArrowDown');
    expect(await driver.page.locator('.flame-details-name').textContent()).toBe(hostile);
    expect(await driver.page.locator('img').count()).toBe(0);
    expect(await driver.page.getByRole('button', { name: '显示全部' }).count()).toBe(1);
  });

  it('draws 200,000 spans within half a second, and zooms within a frame', async () => {
    const driver = await flamegraph();
    const { first, zooms } = await driver.page.evaluate(async () => {
      const count = 200_000;
      const of = (value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
      // A run, batches of 50 spans, in each a step with kernels.
      const place = (i: number) => (i - 1) % 50;
      const message = {
        type: 'flame-spans',
        seq: 1,
        reset: true,
        keep: 0,
        changed: new Uint32Array(0),
        changedDuration: new Float64Array(0),
        spans: {
          frame: Uint32Array.from(of((i) => (i === 0 ? 0 : place(i) === 0 ? 1 : place(i) === 1 ? 2 : 3 + (i % 40)))),
          parent: Int32Array.from(
            of((i) => (i === 0 ? -1 : place(i) === 0 ? 0 : place(i) === 1 ? i - 1 : i - place(i) + 1)),
          ),
          start: Float64Array.from(of((i) => (i === 0 ? 0 : (i - 1) * 20))),
          duration: Float64Array.from(
            of((i) => (i === 0 ? count * 20 : place(i) === 0 ? 999 : place(i) === 1 ? 970 : 15)),
          ),
          shapes: new Int32Array(count).fill(-1),
          bytes: new Float64Array(count).fill(-1),
        },
        frames: Array.from({ length: 43 }, (_, i) => ({
          name: `frame ${i}`,
          category: i === 0 ? 'run' : i === 1 ? 'batch' : i === 2 ? 'hook' : 'kernel',
          source: null,
          canOpen: false,
        })),
        shapes: [],
        title: 'many',
        state: 'complete',
        endUs: count * 20,
        isSampled: false,
        skipped: 0,
        more: false,
      };
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const begun = performance.now();
      window.postMessage(message);
      while (!document.querySelector('[data-drawn]')) await frame();
      const first = performance.now() - begun;
      const graph = document.querySelector<HTMLElement>('[role=application]');
      const zooms: number[] = [];
      for (let i = 0; i < 40; i++) {
        graph?.dispatchEvent(new KeyboardEvent('keydown', { key: i < 20 ? '+' : '-' }));
        await frame();
        await frame();
        zooms.push(Number(graph?.dataset.drawMs));
      }
      return { first, zooms: zooms.sort((a, b) => a - b) };
    });
    console.log(
      `200,000 spans: first paint ${first.toFixed(0)} ms; a zoom ${zooms[20]?.toFixed(1)} ms, at most ${zooms.at(-1)?.toFixed(1)} ms`,
    );
    // Targets: 500 ms and 16 ms. The bounds leave room for a machine that does other work, too.
    expect(first).toBeLessThan(1000);
    expect(zooms[20]).toBeLessThan(16);
  });
});
