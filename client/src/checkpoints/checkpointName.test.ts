import { describe, expect, it } from 'vitest';
import { parseCheckpointName } from './checkpointName.js';

describe('parseCheckpointName', () => {
  it.each([
    ['epoch=0-step=57.ckpt', { epoch: 0, step: 57, isLast: false, metrics: [] }],
    ['epoch=12-step=1000-v2.ckpt', { epoch: 12, step: 1000, isLast: false, metrics: [] }],
    ['last.ckpt', { epoch: undefined, step: undefined, isLast: true, metrics: [] }],
    ['last-v1.ckpt', { epoch: undefined, step: undefined, isLast: true, metrics: [] }],
    [
      'mnist-epoch=02-val_loss=0.32.ckpt',
      { epoch: 2, step: undefined, isLast: false, metrics: [{ name: 'val_loss', value: '0.32' }] },
    ],
    [
      'epoch=1-loss=-1.5e-05.ckpt',
      { epoch: 1, step: undefined, isLast: false, metrics: [{ name: 'loss', value: '-1.5e-05' }] },
    ],
    ['my model.ckpt', { epoch: undefined, step: undefined, isLast: false, metrics: [] }],
    ['epoch=999999999999999999999.ckpt', { epoch: undefined, step: undefined, isLast: false, metrics: [] }],
  ])('reads %s', (name, expected) => {
    expect(parseCheckpointName(name)).toEqual(expected);
  });
});
