import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Reading } from './fixtures/memory/memoryWatch.js';
import { heapData } from './heapData.js';
import { fixture, lightning } from './lightning.js';

/** Until there caches fill; the 2,000 steps behind it count. */
const WARM = 1000;
const STEPS = WARM + 2000;
/**
 * 30 bytes a step, which is less than an object that is forgotten at each step; rows that wait to be written make up to 25 kB. Not counted is
 * what V8's compilers keep: over the first 6,000 steps the heap as a whole grows by 0.8 MB, of which code, its lists and shapes are all
 * but 1 kB.
 */
const NOISE = 60_000;

describe('memory over 2,000 steps', () => {
  it.each(['digits', 'mnist', 'storing'])('is flat: %s', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'lightning-memory-'));
    const quiet = ['--trainer.enableProgressBar=false', '--trainer.enableModelSummary=false'];
    const limits = [`--trainer.maxSteps=${STEPS}`, '--trainer.maxEpochs=-1', '--trainer.limitValBatches=2'];
    const { code, stdout, stderr } = await lightning(
      ['fit', fixture(`memory/${name}.ts`), ...quiet, ...limits, `--trainer.defaultRootDir=${folder}`],
      folder,
    );
    expect(code, stderr).toBe(0);
    const readings = [...stdout.matchAll(/^memory (.*)$/gm)].map(([, json]) => JSON.parse(json as string) as Reading);
    const [first, ...later] = readings.filter(({ step }) => step >= WARM);
    expect(later.map(({ step }) => step)).toEqual([1500, 2000, 2500, STEPS]);
    for (const { tensors, engine } of later) expect([tensors, engine]).toEqual([first?.tensors, first?.engine]);
    const [before, after] = [WARM, STEPS].map((step) => heapData(join(folder, `${step}.heapsnapshot`)));
    expect((after ?? Number.NaN) - (before ?? Number.NaN)).toBeLessThan(NOISE);
  });
});
