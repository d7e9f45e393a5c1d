import { packMetrics } from 'lightning-tfjs/protocol';
import { describe, expect, it } from 'vitest';
import { metricsCsv } from './metricsCsv.js';
import { RunModel } from './runModel.js';

const csv = (
  rows: readonly (readonly [step: number, epoch: number, time: number, values: Record<string, number>])[],
) => {
  const model = new RunModel();
  model.apply(
    packMetrics(
      rows.map(([step, epoch, time, values]) => ({ step, epoch, time, values })),
      0,
    ),
  );
  return [...metricsCsv(model)].join('').trimEnd().split('\n');
};

describe('metricsCsv', () => {
  it('has a row for what was logged together, empty where a metric was not', () => {
    expect(
      csv([
        [0, 0, 0, { loss: 1, lr: 0.5 }],
        [1, 0, 1000, { loss: 0.25 }],
        [1, 0, 2000, { val_loss: Number.NaN }],
      ]),
    ).toEqual([
      'epoch,step,time,loss,lr,val_loss',
      '0,0,1970-01-01T00:00:00.000Z,1,0.5,',
      '0,1,1970-01-01T00:00:01.000Z,0.25,,',
      '0,1,1970-01-01T00:00:02.000Z,,,NaN',
    ]);
  });

  it('keeps names that are formulas, lists or properties of objects what they are: names', () => {
    const values = Object.fromEntries([
      ['=1+1', 1],
      ['a,"b"', 2],
      ['__proto__', 3],
    ]);
    expect(csv([[0, 0, 0, values]])).toEqual([
      `epoch,step,time,'=1+1,"a,""b""",__proto__`,
      '0,0,1970-01-01T00:00:00.000Z,1,2,3',
    ]);
  });

  it('has only its head without metrics', () => {
    expect(csv([])).toEqual(['epoch,step,time']);
  });
});
