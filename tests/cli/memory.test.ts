import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Reading } from './fixtures/memory/memoryWatch.js';
import { fixture, lightning } from './lightning.js';

/** Until there compilers and caches get warm; the 2,000 steps behind it count. */
const WARM = 4000;
const STEPS = WARM + 2000;
/** A tensor that is forgotten at each step is twice that. */
const HEAP_NOISE = 300_000;

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
    expect(later.map(({ step }) => step)).toEqual([4500, 5000, 5500, STEPS]);
    for (const { tensors, engine } of later) expect([tensors, engine]).toEqual([first?.tensors, first?.engine]);
    const growth = (later.at(-1)?.heap ?? Number.NaN) - (first?.heap ?? Number.NaN);
    expect(growth).toBeLessThan(HEAP_NOISE);
  });
});
