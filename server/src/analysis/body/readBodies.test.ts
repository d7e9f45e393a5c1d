import { describe, expect, it } from 'vitest';
import { extractFacts } from '../extractFacts.js';
import type { MethodBody, Value } from './facts.js';
import { alternatives, constructedIn, objectAt, patternOf, plainOf, settled } from './values.js';

const IMPORT = "import { LightningModule, Trainer, optim, tf } from 'lightning-tfjs';\n";
const factsOf = (text: string) => extractFacts({ uri: 'file:///a.ts', text: IMPORT + text, language: 'ts' });
const classBody = (members: string) => factsOf(`class A extends LightningModule { ${members} }`).classes[0]!.body;
const method = (text: string): MethodBody => classBody(text).methods[0]!;
const valueIn = (expression: string, before = ''): Value =>
  method(`m(p) { ${before} return ${expression}; }`).returns[0]!.value!;

describe('a value', () => {
  it.each([
    ['-1.5', -1.5],
    ["'a'", 'a'],
    ['`b`', 'b'],
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ["[1, ['x']]", [1, ['x']]],
    ["{ a: 1, 'b-c': { d: [] } }", { a: 1, 'b-c': { d: [] } }],
    ['(3 as number)!', 3],
  ])('%s is plain', (text, plain) => {
    expect(plainOf(valueIn(text))).toEqual({ known: true, plain });
  });

  it.each(['p', 'f()', '[...p]', '{ ...p }', '{ [p]: 1 }', 'p + 1', '`a${p}`', 'new Date()'])(
    '%s is not known',
    (text) => {
      expect(plainOf(valueIn(text)).known).toBe(false);
    },
  );

  it('follows constants, and not what may change', () => {
    expect(plainOf(valueIn('c', 'const b = 2; const c = b;'))).toEqual({ known: true, plain: 2 });
    expect(plainOf(valueIn('c', 'let c = 2;')).known).toBe(false);
    expect(plainOf(valueIn('a', 'const a = b; const b = a;')).known).toBe(false);
  });

  it('is one of several', () => {
    expect(alternatives(valueIn('p ? 1 : p ?? 2')).map(({ kind }) => kind)).toEqual(['number', 'name', 'number']);
  });

  it.each([
    ['`${p}_loss`', 'val_loss', 'val_acc'],
    ["p + '_loss'", 'val_loss', 'val_acc'],
    ["'val_' + p", 'val_loss', 'train_loss'],
    ['`val`', 'val', 'value'],
    ['`a${p}b${p}c`', 'axbyc', 'abx'],
    ['`aa${p}a`', 'aaa', 'aa'],
  ])('%s may be %s, and is not %s', (text, yes, no) => {
    const pattern = patternOf(valueIn(text));
    expect([pattern?.test(yes), pattern?.test(no)]).toEqual([true, false]);
  });

  it('knows the exports of the package and of tfjs', () => {
    const { found, isClosed } = constructedIn(valueIn('[a, new Other()]', 'const a = new optim.Adam(p);'));
    expect([found.map(({ api }) => api), isClosed]).toEqual([['optim.Adam', null], true]);
    expect(valueIn('tf.losses.meanSquaredError(p, p)')).toMatchObject({
      kind: 'call',
      api: 'tf.losses.meanSquaredError',
    });
    expect(valueIn('tf.mean(p)', 'const tf = p;')).toMatchObject({ api: null });
  });

  it('gives the object at a place', () => {
    const call = valueIn('f(1, options)', 'const options = { a: 1 };');
    expect(call.kind === 'call' && objectAt(call.arguments, 1)?.entries.map(({ name }) => name)).toEqual(['a']);
    expect(call.kind === 'call' && settled(call.arguments[0]!)).toMatchObject({ kind: 'number', value: 1 });
  });
});

describe('the end of a method', () => {
  it.each([
    ['if (p) return 1;', true],
    ['if (p) return 1; else return 2;', false],
    ['if (p) return 1; throw new Error();', false],
    ['for (const x of p) return x;', true],
    ['while (true) { f(); }', false],
    ['while (true) { if (p) break; }', true],
    ['for (;;) { f(); }', false],
    ['switch (p) { case 1: return 1; default: return 2; }', false],
    ['switch (p) { case 1: return 1; }', false],
    ['switch (p) { case 1: f(); break; default: return 2; }', true],
    ['try { return 1; } catch { f(); }', true],
    ['try { return 1; } finally { f(); }', false],
    ['try { f(); } finally { return 1; }', false],
    ['process.exit(1);', false],
    ['const g = () => { return 1; };', true],
  ])('%s may be reached: %s', (body, open) => {
    expect(method(`m(p) { ${body} }`).endsOpen).toBe(open);
  });
});

describe('a method', () => {
  it('keeps the calls that rules ask about, and where they stand', () => {
    const { calls } = method(
      "m(b) { this.log('a', 1); if (b) { this.log('b', 2); } b.map(() => this.log('c', 3)); later(() => this.log('d', 4)); await b.data(); }",
    );
    const places = calls.map(({ arguments: [name], place }) => [
      name && plainOf(name),
      place.isConditional,
      place.inLoop,
      place.runsLater,
    ]);
    expect(places.map(([, ...rest]) => rest)).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
      [true, false, true],
    ]);
  });

  it('tells what runs together', () => {
    const { calls } = method(
      'm(p) { this.log(1); this.log(2); if (p) { this.log(3); this.log(4); } else this.log(5); }',
    );
    const [a, b, c, d, e] = calls.map(({ place }) => place.block);
    expect([a === b, c === d, a === c, d === e]).toEqual([true, true, false, false]);
  });

  it('leaves out what functions inside return', () => {
    expect(
      method('m(p) { p.map((x) => { return 1; }); return 2; }').returns.map(({ value }) => value && plainOf(value)),
    ).toEqual([{ known: true, plain: 2 }]);
  });

  it('knows what it calls, assigns and declares', () => {
    const found = method('m(p) { this.helper(); this.x = 1; const [y, { z }] = p; p += 1; const { log2 } = this; }');
    expect([...found.ownCalls]).toEqual(['helper', 'log2']);
    expect(found.assignments.map(({ name }) => name)).toEqual(['x']);
    expect([...found.rebound]).toEqual(expect.arrayContaining(['y', 'z', 'p']));
  });

  it('knows its parameters', () => {
    const { parameters, isAsync, isGenerator } = method('async *m([a, b], c = 1, d?: number, ...rest) {}');
    expect(
      parameters.map(({ name, names, isOptional, hasDefault, isRest }) => [
        name,
        names,
        isOptional,
        hasDefault,
        isRest,
      ]),
    ).toEqual([
      [null, ['a', 'b'], false, false, false],
      ['c', ['c'], true, true, false],
      ['d', ['d'], true, false, false],
      ['rest', ['rest'], false, false, true],
    ]);
    expect([isAsync, isGenerator]).toEqual([true, true]);
  });
});

describe('a class', () => {
  it.each([
    ['m() { helper(this); }', true],
    ['m() { const self = this; }', true],
    ['m() { const log = this.log; }', true],
    ['m() { const { log } = this; }', true],
    ["m() { this['log']('a', 1); }", true],
    ['m() { return this; }', false],
    ["m() { this.log('a', this.x.y); }", false],
    ['m() { const { x } = this; this.z = this.x; }', false],
    ['m() { class B { n() { f(this); } } }', false],
  ])('%s hands itself on: %s', (members, leaks) => {
    expect(classBody(members).leaksThis).toBe(leaks);
  });

  it('has fields', () => {
    const { fields } = classBody('automaticOptimization = false; static kind = 1; x?: number;');
    expect(fields.map(({ name, isStatic, value }) => [name, isStatic, value?.kind])).toEqual([
      ['automaticOptimization', false, 'boolean'],
      ['kind', true, 'number'],
      ['x', false, undefined],
    ]);
  });
});

describe('a file', () => {
  it('tells what it runs, and on which Trainer', () => {
    const { body } = factsOf(
      "const trainer = new Trainer({ maxEpochs: 1 });\nconst m = new A();\nawait trainer.fit(m, { ckptPath: 'a' });\nnew Trainer().test(m);\nother.fit(m);",
    );
    expect(body.runs.map(({ method: name, trainer, arguments: given }) => [name, trainer.api, given.length])).toEqual([
      ['fit', 'Trainer', 2],
      ['test', 'Trainer', 1],
    ]);
    expect(body.constructed.map(({ api }) => api)).toEqual(['Trainer', 'Trainer']);
  });

  it('tells what it loads and seeds', () => {
    const { body } = factsOf(
      "import { seedEverything } from 'lightning-tfjs';\nseedEverything(1);\nclass A extends LightningModule {}\nA.loadFromCheckpoint('a', {});",
    );
    expect(body.callsSeedEverything).toBe(true);
    expect(body.loads.map(({ class: found, arguments: given }) => [found.kind, given.length])).toEqual([['class', 2]]);
  });
});
