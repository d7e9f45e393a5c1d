import { describe, expect, it } from 'vitest';
import { RunModel } from '../runs/runModel.js';
import { metricCsv } from './metricCsv.js';

describe('metricCsv', () => {
  it('writes every point, and no text that a spreadsheet would run', () => {
    const model = new RunModel();
    const series = JSON.parse('{"=1+1": [0.5, "nan"], "__proto__": [1, 2]}');
    model.apply({ type: 'metrics', time: 1, step: [0, 1], epoch: [0, 0], times: [0, 1000], series });
    expect(metricCsv([{ id: 'r1', title: 'Lit, "v2"', model }]).split('\n')).toEqual([
      'run,run_id,metric,step,epoch,time,value',
      `"Lit, ""v2""",r1,'=1+1,0,0,1970-01-01T00:00:00.000Z,0.5`,
      `"Lit, ""v2""",r1,'=1+1,1,0,1970-01-01T00:00:01.000Z,NaN`,
      '"Lit, ""v2""",r1,__proto__,0,0,1970-01-01T00:00:00.000Z,1',
      '"Lit, ""v2""",r1,__proto__,1,0,1970-01-01T00:00:01.000Z,2',
      '',
    ]);
    expect(metricCsv([{ id: 'r1', title: 'Lit', model }], ['constructor']).split('\n').length).toBe(2);
  });
});
