import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CheckpointEvent, RunEndedEvent } from '../protocol/index.js';
import { metricsTable, runSummary } from './runSummary.js';
import { temporaryProject } from './temporaryProject.js';

const project = temporaryProject({ 'logs/metrics.csv': '' });
afterAll(() => project.remove());

const STARTED = { type: 'run-started', logDir: project.path('logs') } as never; // the summary reads no more of it
const CHECKPOINT: CheckpointEvent = {
  type: 'checkpoint',
  time: 1,
  path: project.path('best.ckpt'),
  epoch: 0,
  globalStep: 4,
  sizeBytes: 1,
  monitor: 'val_loss',
  score: 0.123456789,
  best: project.path('best.ckpt'),
  last: project.path('last.ckpt'),
  removed: [],
};
const ENDED: RunEndedEvent = {
  type: 'run-ended',
  time: 1,
  reason: 'finished',
  epoch: 1,
  globalStep: 4,
  metrics: {},
  checkpoint: project.path('last.ckpt'),
};

describe('runSummary', () => {
  it('says how training ended and where its files lie', () => {
    const summary = runSummary('fit', project.folder);
    for (const event of [STARTED, CHECKPOINT, ENDED]) summary.take(event);
    expect(summary.text().split('\n')).toEqual([
      'Finished after 1 epoch and 4 steps.',
      '  best checkpoint  best.ckpt  (val_loss 0.123457)',
      '  last checkpoint  last.ckpt',
      `  metrics          ${join('logs', 'metrics.csv')}`,
      '  logs             logs',
    ]);
  });

  it('names no file that is not there', () => {
    const summary = runSummary('fit', project.folder);
    summary.take({ ...ENDED, reason: 'stopped', checkpoint: null });
    expect(summary.text()).toBe('Stopped after 1 epoch and 4 steps.');
  });
});

describe('metricsTable', () => {
  it.each([
    { results: [], expected: [] },
    { results: [{ acc: 0.98, loss: 1 }], expected: ['  Test  value', '  ────  ─────', '  acc   0.98', '  loss  1'] },
    {
      results: [{ acc: 1 }, { other: Number.NaN }],
      expected: ['  Test   loader 0  loader 1', '  ─────  ────────  ────────', '  acc    1', '  other            NaN'],
    },
  ])('shows $results', ({ results, expected }) => {
    expect(metricsTable('Test', results as Record<string, number>[])).toBe(expected.join('\n'));
  });
});
