import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LRFinder } from '../tuner/index.js';
import { saveTuned } from './saveTuned.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightning-tune-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const saved = () => JSON.parse(readFileSync(join(folder, 'tune.json'), 'utf8'));

describe('what a search found', () => {
  it('is a number for programs, a picture, and a line for people', () => {
    const lr = Array.from({ length: 30 }, (_, index) => 10 ** (-6 + index / 6));
    const loss = lr.map((_, index) => (index < 15 ? 2 : 2 - (index - 15) / 10));
    const text = saveTuned({ lrFind: new LRFinder('exponential', { lr, loss }), scaleBatchSize: 64 }, folder);
    expect(saved()).toEqual({ learningRate: expect.any(Number), batchSize: 64 });
    expect(readFileSync(join(folder, 'lr.svg'), 'utf8')).toMatch(/^<svg/);
    expect(text).toBe(`Batch size: 64\nLearning rate: ${saved().learningRate}`);
  });

  it('leaves out what nobody searched for', () => {
    expect(saveTuned({ scaleBatchSize: null }, folder)).toBe('Batch size: none found');
    expect(saved()).toEqual({ batchSize: null });
    expect(readdirSync(folder)).toEqual(['tune.json']);
    expect(saveTuned({}, folder)).toContain('--trainer.autoLrFind');
  });
});
