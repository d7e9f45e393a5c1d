import { describe, expect, it } from 'vitest';
import { createInstance, mergeHyperparameters } from './createInstance.js';
import { UsageError } from './errors.js';
import type { Creatable } from './findClasses.js';
import type { GivenValue } from './values.js';

const given = (values: Readonly<Record<string, unknown>>): Map<string, GivenValue> =>
  new Map(Object.entries(values).map(([path, value]) => [path, { raw: String(value), value }]));

const DEFAULTS = { lr: 1e-3, name: 'lit', wide: false, units: [1, 2], net: { depth: 2, act: 'relu' }, seed: null };

describe('mergeHyperparameters', () => {
  it.each([
    { values: {}, expected: DEFAULTS },
    { values: { lr: 0.5 }, expected: { ...DEFAULTS, lr: 0.5 } },
    { values: { name: 3 }, expected: { ...DEFAULTS, name: '3' } },
    { values: { 'net.depth': 4 }, expected: { ...DEFAULTS, net: { depth: 4, act: 'relu' } } },
    { values: { net: { depth: 4 } }, expected: { ...DEFAULTS, net: { depth: 4, act: 'relu' } } },
    { values: { units: [3], seed: 7, wide: true }, expected: { ...DEFAULTS, units: [3], seed: 7, wide: true } },
  ])('puts $values in place of defaults', ({ values, expected }) => {
    expect(mergeHyperparameters('Lit', 'model', DEFAULTS, given(values))).toEqual(expected);
  });

  it.each([
    { values: { lrr: 1 }, text: 'Lit has no hyperparameter `lrr`. Did you mean `--model.lr`?' },
    { values: { 'net.dept': 1 }, text: 'Did you mean `--model.net.depth`?' },
    { values: { 'lr.x': 1 }, text: 'Lit has no hyperparameter `lr.x`.' },
    { values: { '__proto__.x': 1 }, text: 'Lit has no hyperparameter' },
    { values: { zzz: 1 }, text: 'It has: lr, name, wide, units, net, net.depth, net.act, seed.' },
    { values: { lr: 'high' }, text: '`--model.lr` is high, text. Allowed: a number, as its default 0.001.' },
    { values: { wide: 1 }, text: 'Allowed: true or false' },
    { values: { units: 1 }, text: 'Allowed: a list, as its default [1,2].' },
  ])('refuses $values', ({ values, text }) => {
    const merge = () => mergeHyperparameters('Lit', 'model', DEFAULTS, given(values));
    expect(merge).toThrow(UsageError);
    expect(merge).toThrow(text);
  });
});

describe('createInstance', () => {
  const events: string[] = [];
  class Lit {
    constructor(readonly hparams = { lr: 1e-3, units: 8 }) {
      events.push(`new ${hparams.lr}`);
    }
    dispose(): void {
      events.push('dispose');
    }
  }
  class Strict {
    constructor(readonly hparams: { lr: number; net?: { depth: number } }) {
      if (hparams.lr === undefined) throw new TypeError('lr');
    }
  }

  async function create<Instance extends object>(type: Creatable<Instance>, values: Readonly<Record<string, unknown>>) {
    events.length = 0;
    const isolateRng = async <Result>(work: () => Result) => {
      events.push('isolated');
      return work();
    };
    return createInstance({ type, group: 'model', given: given(values), isolateRng });
  }

  it('asks for nothing when nothing was given', async () => {
    expect((await create(Lit as Creatable<Lit>, {})).hparams).toEqual({ lr: 1e-3, units: 8 });
    expect(events).toEqual(['new 0.001']);
  });

  it('learns the defaults from an instance that it frees', async () => {
    expect((await create(Lit as Creatable<Lit>, { lr: 0.5 })).hparams).toEqual({ lr: 0.5, units: 8 });
    expect(events).toEqual(['isolated', 'new 0.001', 'dispose', 'new 0.5']);
  });

  it('passes everything to a constructor without defaults', async () => {
    expect((await create(Strict as Creatable<Strict>, { lr: 1, 'net.depth': 2 })).hparams).toEqual({
      lr: 1,
      net: { depth: 2 },
    });
  });

  it('lets errors of the constructor through', async () => {
    await expect(create(Strict as Creatable<Strict>, { units: 1 })).rejects.toThrow(TypeError);
  });

  it('says when a class has no hyperparameters', async () => {
    const Plain = class Plain {};
    await expect(create(Plain, { lr: 1 })).rejects.toThrow('Its constructor has no hyperparameters with defaults');
  });
});
