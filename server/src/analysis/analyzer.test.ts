import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyzer.js';
import { MEMORY_ROOT, memoryHost } from './memoryHost.js';
import type { ModuleModel } from './moduleModel.js';

const IMPORT = "import { LightningModule } from 'lightning-tfjs';\n";

function modules(files: Readonly<Record<string, string>>): readonly ModuleModel[] {
  return new Analyzer(memoryHost(files)).modules(MEMORY_ROOT + Object.keys(files)[0]);
}

/** `name certainty chain` of each module in the first file. */
function found(files: Readonly<Record<string, string>>): readonly string[] {
  return modules(files).map(({ name, certainty, baseChain }) => `${name} ${certainty} ${baseChain}`);
}

describe('which classes are modules', () => {
  it.each<[why: string, text: string]>([
    ['a named import', `${IMPORT}class Lit extends LightningModule {}`],
    ['an alias', "import { LightningModule as LM } from 'lightning-tfjs'; class Lit extends LM {}"],
    ['a namespace', "import * as L from 'lightning-tfjs'; class Lit extends L.LightningModule {}"],
    ['a default import of a CommonJS bundle', "import L from 'lightning-tfjs'; class Lit extends L.LightningModule {}"],
    ['a require', "const { LightningModule } = require('lightning-tfjs'); class Lit extends LightningModule {}"],
    ['a renaming require', "const { LightningModule: LM } = require('lightning-tfjs'); class Lit extends LM {}"],
    ['a require as namespace', "var L = require('lightning-tfjs'); class Lit extends L.LightningModule {}"],
    ['a member of a require', "const LM = require('lightning-tfjs').LightningModule; class Lit extends LM {}"],
    ['import =', "import L = require('lightning-tfjs'); import M = L.LightningModule; class Lit extends M {}"],
    [
      'a dynamic import',
      "const { LightningModule } = await import('lightning-tfjs'); class Lit extends LightningModule {}",
    ],
    ['a constant', `${IMPORT}const Base = LightningModule; class Lit extends Base {}`],
    ['type arguments', `${IMPORT}class Lit extends LightningModule<{ lr: number }> {}`],
    ['a class in a function', `${IMPORT}function f() { class Lit extends LightningModule {} return Lit; }`],
    ['an import at the end', `class Lit extends LightningModule {}\n${IMPORT}`],
    ['parentheses', `${IMPORT}class Lit extends (LightningModule) {}`],
    ['broken text around it', `${IMPORT}const x = {{;\nclass Lit extends LightningModule { a( { }\n}`],
  ])('%s', (_why, text) => {
    expect(found({ 'lit.ts': text })).toEqual(['Lit certain complete']);
  });

  it.each<[why: string, text: string]>([
    ['no import', 'class Lit extends LightningModule {}'],
    [
      'another package with a telling name',
      "import { LightningModule } from 'other'; class Lit extends LightningModule {}",
    ],
    ['an unreadable default import', "import MyLightningModule from '../my'; class Lit extends MyLightningModule {}"],
    ['a call', `${IMPORT}class Lit extends withMetrics(LightningModule, 3) {}`],
    ['a constant that a call made', `${IMPORT}const Base = mixin(LightningModule); class Lit extends Base {}`],
  ])('%s: likely', (_why, text) => {
    expect(found({ 'lit.ts': text })).toEqual(['Lit likely partial']);
  });

  it.each<[why: string, text: string]>([
    ['no base', `${IMPORT}class Lit {}`],
    ['another export', "import { Callback } from 'lightning-tfjs'; class Lit extends Callback {}"],
    ['another package', "import { Module } from 'other'; class Lit extends Module {}"],
    [
      'a LightningDataModule from elsewhere',
      "import { LightningDataModule } from 'other'; class Lit extends LightningDataModule {}",
    ],
    ['an unreadable base without a telling name', "import { Base } from './gone.js'; class Lit extends Base {}"],
    ['a parameter', 'const f = (LightningModule) => class extends LightningModule {};'],
    ['a variable', `${IMPORT}let Base = LightningModule; class Lit extends Base {}`],
    ['a shadowed name', `${IMPORT}function f(LightningModule) { class Lit extends LightningModule {} }`],
    ['a cycle', `${IMPORT}class A extends B {}\nclass B extends A {}`],
    ['a cycle through a call', `${IMPORT}class A extends mixin(A) {}`],
    ['aliases in a circle', 'const A = B; const B = A; class Lit extends A {}'],
  ])('not: %s', (_why, text) => {
    expect(found({ 'lit.ts': text })).toEqual([]);
  });
});

it('judges no declaration file', () => {
  expect(found({ 'lit.d.ts': `${IMPORT}export class Lit extends LightningModule {}` })).toEqual([]);
});

describe('bases in other files', () => {
  const base = `${IMPORT}export class Base extends LightningModule { trainingStep() {} }`;

  it.each<[why: string, lit: string, others: Readonly<Record<string, string>>]>([
    [
      'a .js specifier of a .ts file',
      "import { Base } from './base.js'; class Lit extends Base {}",
      { 'base.ts': base },
    ],
    ['no extension', "import { Base } from './base'; class Lit extends Base {}", { 'base.tsx': base }],
    ['an index', "import { Base } from './bases'; class Lit extends Base {}", { 'bases/index.ts': base }],
    ['its own folder', "import { Base } from '.'; class Lit extends Base {}", { 'index.ts': base }],
    ['.mjs', "import { Base } from './base.mjs'; class Lit extends Base {}", { 'base.mts': base }],
    ['an odd file name', "import { Base } from './my base#1.js'; class Lit extends Base {}", { 'my base#1.ts': base }],
    [
      're-exports',
      "import { Model } from './all.js'; class Lit extends Model {}",
      {
        'all.ts': "export * from './none.js';\nexport { Base as Model } from './base.js';",
        'base.ts': base,
        'none.ts': '',
      },
    ],
    [
      'an export star',
      "import { Base } from './all.js'; class Lit extends Base {}",
      { 'all.ts': "export * from './base.js';", 'base.ts': base },
    ],
    [
      'a namespace export',
      "import { bases } from './all.js'; class Lit extends bases.Base {}",
      { 'all.ts': "export * as bases from './base.js';", 'base.ts': base },
    ],
    [
      'an import that is exported',
      "import { Base } from './all.js'; class Lit extends Base {}",
      { 'all.ts': "import { Base } from './base.js';\nexport { Base };", 'base.ts': base },
    ],
    [
      'a default export',
      "import Base from './base.js'; class Lit extends Base {}",
      { 'base.ts': `${IMPORT}export default class extends LightningModule { trainingStep() {} }` },
    ],
    [
      'a default export by name',
      "import Base from './base.js'; class Lit extends Base {}",
      { 'base.ts': `${IMPORT}class B extends LightningModule { trainingStep() {} }\nexport default B;` },
    ],
    [
      'module.exports',
      "const Base = require('./base'); class Lit extends Base {}",
      {
        'base.js':
          "const L = require('lightning-tfjs');\nmodule.exports = class extends L.LightningModule { trainingStep() {} };",
      },
    ],
    [
      'module.exports of names',
      "const { Base } = require('./base'); class Lit extends Base {}",
      {
        'base.js':
          "const L = require('lightning-tfjs');\nclass B extends L.LightningModule { trainingStep() {} }\nmodule.exports = { Base: B };",
      },
    ],
    [
      'exports.name',
      "const bases = require('./base'); class Lit extends bases.Base {}",
      {
        'base.js':
          "const L = require('lightning-tfjs');\nexports.Base = class extends L.LightningModule { trainingStep() {} };",
      },
    ],
    ['a declaration file', "import { Base } from './base.js'; class Lit extends Base {}", { 'base.d.ts': base }],
  ])('%s', (_why, lit, others) => {
    const [module] = modules({ 'src/lit.ts': lit, ...within('src/', others) });
    expect(module?.certainty).toBe('certain');
    expect(module?.has('trainingStep')).toBe(true);
  });

  it('survives re-exports in a circle', () => {
    const files = {
      'lit.ts': "import { Base } from './a.js'; class Lit extends Base {}",
      'a.ts': "export * from './b.js'; export { Base } from './b.js';",
      'b.ts': "export * from './a.js'; export { Base } from './a.js';",
    };
    expect(found(files)).toEqual([]);
  });

  it('survives bases in a circle of files', () => {
    const files = {
      'a.ts': "import { B } from './b.js'; export class A extends B {}",
      'b.ts': "import { A } from './a.js'; export class B extends A {}",
    };
    expect(found(files)).toEqual([]);
  });

  it('has no neighbours without a folder', () => {
    const text = `import { LightningModule } from './x'; class Lit extends LightningModule {}`;
    const analyzer = new Analyzer({
      snapshot: (uri) =>
        uri === 'untitled:Untitled-1' ? { version: '1', language: 'ts', isOpen: true, text: () => text } : undefined,
      config: () => undefined,
      isWatched: () => false,
      failed: () => undefined,
      openUris: () => [],
      manifestUris: () => [],
    });
    expect(analyzer.modules('untitled:Untitled-1').map(({ certainty }) => certainty)).toEqual(['likely']);
  });
});

describe('what a model knows', () => {
  it('its members, with kinds and parameters', () => {
    const [module] = modules({
      'lit.ts': `${IMPORT}export class Lit extends LightningModule {
  net = 1;
  static count = 0;
  step = async (a, { b }) => {};
  constructor(readonly lr = 1) { super(); this.extra = 2; }
  get size() { return 1; }
  override trainingStep(batch: unknown, batchIdx?: number, ...rest: unknown[]) {}
  'quoted'() {}
  #hidden() {}
}`,
    });
    expect(module?.members.map(({ name, kind, parameters }) => [name, kind, parameters.length])).toEqual([
      ['net', 'property', 0],
      ['count', 'property', 0],
      ['step', 'arrow', 2],
      ['lr', 'property', 0],
      ['size', 'accessor', 0],
      ['trainingStep', 'method', 3],
      ['quoted', 'method', 0],
      ['#hidden', 'method', 0],
      ['extra', 'assigned', 0],
    ]);
    expect(module?.members[5]?.parameters).toEqual([
      { name: 'batch', isOptional: false, isRest: false },
      { name: 'batchIdx', isOptional: true, isRest: false },
      { name: 'rest', isOptional: false, isRest: true },
    ]);
  });

  it.each<[text: string, exportName: string | null]>([
    ['export class Lit extends LightningModule {}', 'Lit'],
    ['class Lit extends LightningModule {}\nexport { Lit as Model };', 'Model'],
    ['export default class Lit extends LightningModule {}', 'Lit'],
    ['export default class extends LightningModule {}', 'default'],
    ['class Lit extends LightningModule {}\nexport default Lit;', 'Lit'],
    ['export const Lit = class extends LightningModule {};', 'Lit'],
    ['class Lit extends LightningModule {}\nmodule.exports = { Model: Lit };', 'Model'],
    ['class Lit extends LightningModule {}', null],
    ['class Lit extends LightningModule {}\nexport type { Lit };', null],
  ])('%s is exported as %s', (text, exportName) => {
    expect(modules({ 'lit.ts': IMPORT + text })[0]?.exportName).toBe(exportName);
  });

  it('that an open file extends it', () => {
    const files = {
      'base.ts': `${IMPORT}export class Vision extends LightningModule {}`,
      'lit.ts': "import { Vision } from './base.js';\nexport class Lit extends Vision { trainingStep() {} }",
    };
    const base = `${MEMORY_ROOT}base.ts`;
    expect(new Analyzer(memoryHost(files, ['base.ts'])).modules(base)[0]?.standsAlone).toBe(true);
    expect(new Analyzer(memoryHost(files, ['base.ts', 'lit.ts'])).modules(base)[0]?.standsAlone).toBe(false);
  });
});

it('parses a file again only when its version changes', () => {
  const state = { text: `${IMPORT}class Lit extends LightningModule {}`, version: '1' };
  const analyzer = new Analyzer({
    snapshot: (uri) =>
      uri === 'file:///lit.ts'
        ? { version: state.version, language: 'ts', isOpen: true, text: () => state.text }
        : undefined,
    config: () => undefined,
    isWatched: () => false,
    failed: () => undefined,
    openUris: () => [],
    manifestUris: () => [],
  });
  const first = analyzer.facts('file:///lit.ts');
  expect(analyzer.modules('file:///lit.ts')[0]?.file).toBe(first);
  expect(analyzer.facts('file:///lit.ts')).toBe(first);
  Object.assign(state, { text: '', version: '2' });
  expect(analyzer.facts('file:///lit.ts')).not.toBe(first);
  expect(analyzer.modules('file:///lit.ts')).toEqual([]);
});

function within(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [folder + name, text]));
}
