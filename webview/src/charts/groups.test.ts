import { describe, expect, it } from 'vitest';
import { compareGroups, compareMetrics, groupOf } from './groups.js';

describe('groups of metrics', () => {
  it.each([
    ['train_loss_step', 'train'],
    ['train/acc', 'train'],
    ['valid_loss', 'val'],
    ['val', 'val'],
    ['value', 'other'],
    ['loss', 'other'],
    ['lr-Adam/pg1', 'lr'],
    ['system/cpu', 'system'],
    ['DeviceStatsMonitor.on_train_batch_start/cpu_percent', 'system'],
    ['gan/d_loss', 'gan'],
    ['__proto__', 'other'],
    ['/x', 'other'],
  ])('%s stands in %s', (metric, group) => {
    expect(groupOf(metric)).toBe(group);
  });

  it('stand in an order that does not depend on what came first', () => {
    expect(['system', 'lr', 'other', 'gan', 'val', 'a', 'train'].sort(compareGroups)).toEqual([
      'train',
      'val',
      'a',
      'gan',
      'other',
      'lr',
      'system',
    ]);
    expect(['loss_epoch', 'layer10', 'loss', 'loss_step', 'layer2', 'losses'].sort(compareMetrics)).toEqual([
      'layer2',
      'layer10',
      'loss_step',
      'loss_epoch',
      'loss',
      'losses',
    ]);
  });
});
