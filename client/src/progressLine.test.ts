import type { ProgressEvent } from 'lightning-tfjs/protocol';
import { describe, expect, it } from 'vitest';
import { progressLine, secondsLeft } from './progressLine.js';

const progress: ProgressEvent = {
  type: 'progress',
  time: 1,
  stage: 'train',
  epoch: 1,
  maxEpochs: 10,
  batch: 340,
  totalBatches: 938,
  globalStep: 1278,
  batchesPerSecond: 50,
  metrics: { v_num: 0, acc: 0.9, train_loss_step: 0.031234 },
};

describe('progressLine', () => {
  it.each([
    ['the loss, wherever it stands', 'running', progress, 'epoch 2/10 · 340/938 · train_loss_step 0.0312'],
    [
      'no limit when there is none',
      'running',
      { ...progress, maxEpochs: null, totalBatches: null, metrics: {} },
      'epoch 2 · 340',
    ],
    [
      'another metric when there is no loss',
      'running',
      { ...progress, metrics: { acc: 0.9 } },
      'epoch 2/10 · 340/938 · acc 0.9',
    ],
    ['that it diverged', 'running', { ...progress, metrics: { loss: 'nan' } }, 'epoch 2/10 · 340/938 · loss NaN'],
    ['that it is stopping', 'stopping', { ...progress, metrics: {} }, 'epoch 2/10 · 340/938 · stopping'],
    ['its state before the first batch', 'starting', undefined, 'Lightning: starting'],
  ] as const)('shows %s', (_name, state, given, line) => {
    expect(progressLine(state, given)).toBe(line);
  });
});

describe('secondsLeft', () => {
  it.each([
    ['what is left of this epoch and the others', progress, (938 - 340 + 8 * 938) / 50],
    ['nothing without a limit', { ...progress, maxEpochs: null }, undefined],
    ['nothing without a number of batches', { ...progress, totalBatches: null }, undefined],
    ['nothing before there is a pace', { ...progress, batchesPerSecond: 0 }, undefined],
    ['nothing while it validates', { ...progress, stage: 'validate' as const }, undefined],
    ['nothing before the first batch', undefined, undefined],
  ])('tells %s', (_name, given, seconds) => {
    expect(secondsLeft(given)).toBe(seconds);
  });
});
