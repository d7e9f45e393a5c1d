import { describe, expect, it } from 'vitest';
import { assignmentsOf } from './assignments.js';

const found = (text: string) => assignmentsOf(text, ['lr', 'learningRate']).map(({ name, text }) => [name, text]);

describe('assignments of a number', () => {
  it.each([
    ['constructor(readonly hparams = { lr: 1e-3 }) {}', [['lr', '1e-3']]],
    ['class A { lr = 0.02; }', [['lr', '0.02']]],
    ['class A { learningRate: number = .5; }', [['learningRate', '.5']]],
    ['class A { lr = 1_000 }', [['lr', '1_000']]],
    ['new optim.Adam(this.parameters(), { lr: this.hparams.lr });', []],
    ['this.lr = 3;', []],
    ['// lr: 1e-3', []],
    [' * lr: 1e-3', []],
    ['xlr: 1, lrs: 2, lr: 3px', []],
    [
      'a({ lr: 1 }); b({ lr: 2 });',
      [
        ['lr', '1'],
        ['lr', '2'],
      ],
    ],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected));

  it('says where the number stands', () => {
    const text = 'const options = { lr: 1e-3 };';
    const [first] = assignmentsOf(text, ['lr']);
    expect(text.slice(first?.offset, (first?.offset ?? 0) + 4)).toBe('1e-3');
  });
});
