import { describe, expect, it } from 'vitest';
import * as optim from '../index.js';
import { makeOptimizer, withOptimizers } from './testing/makeOptimizer.js';

withOptimizers();

describe('SWALR', () => {
  it.each<[string, optim.SWALROptions, string]>([
    ['rates for another number of groups', { swaLr: [1, 2] }, 'has 2 values'],
    ['a number of epochs below 0', { swaLr: 1, annealEpochs: -1 }, 'a whole number from 0 up'],
    ['another way to its rate', { swaLr: 1, annealStrategy: 'exp' as 'cos' }, "'cos', 'linear'"],
  ])('refuses %s', (_name, options, message) => {
    expect(() => new optim.SWALR(makeOptimizer([0.1]), options)).toThrow(message);
  });
});
