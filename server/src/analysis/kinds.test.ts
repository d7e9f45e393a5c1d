import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyzer.js';
import { MEMORY_ROOT, memoryHost } from './memoryHost.js';

const IMPORT = "import { Callback, EarlyStopping, LightningDataModule, LightningModule } from 'lightning-tfjs';\n";
const uri = (name: string) => MEMORY_ROOT + name;

/** `name kind certainty chain` of each class in the first file. */
function found(files: Readonly<Record<string, string>>): readonly string[] {
  const [first = ''] = Object.keys(files);
  const classes = new Analyzer(memoryHost(files)).classes(uri(first));
  return classes.map(({ name, kind, certainty, baseChain }) => `${name} ${kind} ${certainty} ${baseChain}`);
}

describe('kinds of classes', () => {
  it.each<[text: string, expected: string]>([
    ['class A extends LightningModule {}', 'A module certain complete'],
    ['class A extends LightningDataModule {}', 'A datamodule certain complete'],
    ['class A extends Callback {}', 'A callback certain complete'],
    // What the package's own callback has besides, nobody knows here.
    ['class A extends EarlyStopping {}', 'A callback certain partial'],
    ['const Data = LightningDataModule; class A extends Data {}', 'A datamodule certain complete'],
    ['class A extends withLog(Callback) {}', 'A callback likely partial'],
    ['export default class extends Callback {}', 'This callback callback certain complete'],
  ])('%s', (text, expected) => {
    expect(found({ 'lit.ts': IMPORT + text })).toEqual([expected]);
  });

  it('are found in JavaScript too', () => {
    const text = "const { Callback: C } = require('lightning-tfjs');\nmodule.exports.Beat = class extends C {};";
    expect(found({ 'beat.js': text })).toEqual(['Beat callback certain complete']);
  });

  it('come from bases in other files', () => {
    const data = `${IMPORT}export class Data extends LightningDataModule {}`;
    expect(found({ 'lit.ts': "import { Data } from './data.js';\nclass A extends Data {}", 'data.ts': data })).toEqual([
      'A datamodule certain complete',
    ]);
  });

  it.each([
    ["import { Callback } from '@tensorflow/tfjs'; class A extends Callback {}"],
    ['class A extends Callback {}'],
    [`${IMPORT}class Trainer {} class A extends Trainer {}`],
  ])('none: %s', (text) => {
    expect(found({ 'lit.ts': text })).toEqual([]);
  });
});

describe('what the index knows', () => {
  const files = {
    'base.ts': `${IMPORT}export class Base extends LightningModule {}`,
    'lit.ts': "import { Base } from './base.js';\nexport class Lit extends Base {}",
    'deep.ts': "import { Lit } from './lit.js';\nexport class Deep extends Lit {}",
    'plain.ts': 'export const a = 1;',
  };

  function indexed() {
    const analyzer = new Analyzer(memoryHost(files, []));
    return { analyzer, taken: Object.keys(files).filter((name) => analyzer.index(uri(name))) };
  }

  it('are files with something of interest', () => {
    const { analyzer, taken } = indexed();
    expect(taken).toEqual(['base.ts', 'lit.ts', 'deep.ts']);
    expect(analyzer.knownUris()).toEqual(taken.map(uri));
  });

  it('are subclasses and superclasses', () => {
    const { analyzer } = indexed();
    const [base] = analyzer.classes(uri('base.ts'));
    const [lit] = analyzer.subclasses(base!);
    expect([lit?.name, analyzer.superclass(lit!)?.name]).toEqual(['Lit', 'Base']);
    expect(analyzer.subclasses(lit!).map(({ name }) => name)).toEqual(['Deep']);
    expect(analyzer.superclass(base!)).toBeUndefined();
    expect([base?.usage.isExtended, lit?.standsAlone]).toEqual([true, false]);
    analyzer.unindex(uri('lit.ts'));
    expect(analyzer.subclasses(analyzer.classes(uri('base.ts'))[0]!)).toEqual([]);
  });
});

describe('a class that the parser loses', () => {
  const WHOLE = `${IMPORT}export class A extends LightningModule { trainingStep() {} }\nexport class B extends A {}\n`;

  /** The classes after a file had these texts, one after the other. */
  function names(...texts: readonly string[]): readonly string[] {
    const files: Record<string, string> = { 'lit.ts': '' };
    const analyzer = new Analyzer(memoryHost(files));
    for (const text of texts) {
      files['lit.ts'] = text;
      analyzer.classes(uri('lit.ts'));
    }
    return analyzer.classes(uri('lit.ts')).map(({ name, isStale }) => `${name}${isStale ? ' (stale)' : ''}`);
  }

  it.each([
    [
      'a text without its end',
      WHOLE.replace('export class A', 'const x = `;\nexport class A'),
      ['A (stale)', 'B (stale)'],
    ],
    ['a comment without its end', WHOLE.replace('export class A', '/* \nexport class A'), ['A (stale)', 'B (stale)']],
    ['between two classes', WHOLE.replace('export class B', 'const x = `;\nexport class B'), ['A', 'B (stale)']],
    ['removed, with an error elsewhere', `${IMPORT}export class A extends LightningModule {\n`, ['A']],
    ['nothing wrong', `${IMPORT}export class A extends LightningModule {}\n`, ['A']],
  ])('to %s', (_why, broken, expected) => {
    expect(names(WHOLE, broken)).toEqual(expected);
  });

  it('is not remembered of a text that never parsed', () => {
    expect(names(WHOLE.replace('export class A', 'const x = `;\nexport class A'))).toEqual([]);
  });

  it('keeps the members that half-typed text hides', () => {
    const files: Record<string, string> = { 'lit.ts': WHOLE };
    const analyzer = new Analyzer(memoryHost(files));
    analyzer.classes(uri('lit.ts'));
    files['lit.ts'] = WHOLE.replace('{ trainingStep', '{ forward( { trainingStep');
    const [a] = analyzer.classes(uri('lit.ts'));
    expect([a?.name, a?.isStale, a?.has('trainingStep')]).toEqual(['A', false, true]);
  });
});

it('a file that cannot be analysed is told of, and costs itself', () => {
  const deep = `${IMPORT}export class A extends LightningModule {}\nexport const x = ${'('.repeat(20_000)}1${')'.repeat(20_000)};`;
  const failed: string[] = [];
  const host = memoryHost({ 'lit.ts': deep, 'ok.ts': `${IMPORT}class B extends Callback {}` });
  const analyzer = new Analyzer({ ...host, failed: (at) => failed.push(at) });
  expect(analyzer.classes(uri('lit.ts'))).toEqual([]);
  expect(analyzer.classes(uri('ok.ts')).map(({ name }) => name)).toEqual(['B']);
  expect(failed).toEqual([uri('lit.ts')]);
});
