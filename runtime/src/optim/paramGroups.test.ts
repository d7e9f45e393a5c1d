import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { SGD } from './index.js';

let variables: tf.Variable[] = [];
beforeAll(async () => {
  await startTestEngine();
  variables = [0, 1, 2].map(() => tf.variable(tf.zeros([1])));
});
afterAll(() => tf.dispose(variables));

describe('addParamGroup', () => {
  const part = (index: number) => variables.slice(index, index + 1);

  it('takes the constructor’s options for those that are left out', () => {
    const optimizer = new SGD(part(0), { lr: 0.5, momentum: 0.9 });
    optimizer.addParamGroup({ params: part(1), lr: 0.1, name: 'second' });
    expect(optimizer.paramGroups[1]).toMatchObject({ lr: 0.1, momentum: 0.9, name: 'second', params: part(1) });
  });

  it('refuses a parameter that is there already, also twice in the new group', () => {
    const optimizer = new SGD(part(0), { lr: 0.5 });
    expect(() => optimizer.addParamGroup({ params: part(0) })).toThrow('twice');
    expect(() => optimizer.addParamGroup({ params: [...part(1), ...part(1)] })).toThrow('twice');
    expect(optimizer.paramGroups).toHaveLength(1);
  });

  it('refuses options that the optimizer does not have', () => {
    const optimizer = new SGD(part(0), { lr: 0.5 });
    expect(() => optimizer.addParamGroup({ params: part(1), momentun: 1 } as never)).toThrow(
      'Did you mean `momentum`?',
    );
  });
});
