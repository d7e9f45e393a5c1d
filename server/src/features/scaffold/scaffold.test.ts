import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PACKAGE_VERSION } from './packageVersion.js';
import { SCAFFOLD_KINDS, type ScaffoldParams } from './protocol.js';
import { isScaffoldParams, SCAFFOLD_INFOS, scaffold } from './scaffold.js';

const FOLDER = 'file:///project/';

/** Text of the files, by name, after a scaffold. */
function make(params: Partial<ScaffoldParams>, files: Readonly<Record<string, string>> = {}) {
  const made = scaffold(
    { kind: 'callback', uri: `${FOLDER}lit.ts`, ...params },
    { packageVersion: '^9.8.7', text: (uri) => files[uri.slice(FOLDER.length)] },
  );
  const texts = Object.fromEntries(made.files.map(({ uri, text }) => [uri.slice(FOLDER.length), text]));
  return { ...made, texts, text: texts['lit.ts'] ?? '' };
}

describe('a scaffold into a file', () => {
  it('takes the imports that are there, and adds what is missing', () => {
    const { text } = make(
      {},
      { 'lit.ts': "import { Callback as Base, tf } from 'lightning-tfjs';\n\nexport const x = tf;\n" },
    );
    expect(text).toContain(
      "import { Callback as Base, tf, type Trainer, type LightningModule } from 'lightning-tfjs';\n\nexport const x = tf;\n\n/** Says",
    );
    expect(text).toContain('export class EpochTimer extends Base {');
  });

  it('writes names of a namespace in full', () => {
    const { text } = make({ kind: 'classifier' }, { 'lit.ts': "import * as L from 'lightning-tfjs';\n" });
    expect(text).toContain('extends L.LightningModule');
    expect(text).toContain('net: L.tf.Sequential;');
    expect(text).not.toContain('L.L.');
    expect(text.match(/import/g)).toHaveLength(1);
  });

  it('puts a number behind names that are taken', () => {
    const files = { 'lit.ts': 'class LitClassifier {}\ntype LitClassifier2Batch = 1;\nconst tf = 1;\n' };
    const { name, text } = make({ kind: 'classifier' }, files);
    expect(name).toBe('LitClassifier3');
    expect(text).toContain('export class LitClassifier3 extends');
    expect(text).toContain('type LitClassifier3Batch =');
    expect(text).toContain('tf as lightningTf');
    expect(text).toContain('net: lightningTf.Sequential;');
  });

  it('keeps CRLF and tabs', () => {
    const { text } = make({}, { 'lit.ts': 'export function f() {\r\n\treturn 1;\r\n}\r\n' });
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text).toContain('\r\n\toverride onTrainEpochStart');
    expect(text).toContain('\r\n\t\tthis.startedAt =');
  });

  it('writes JavaScript into JavaScript, and CommonJS into CommonJS', () => {
    const js = make({ uri: `${FOLDER}lit.js` }).texts['lit.js'] ?? '';
    expect(js).toContain("import { Callback } from 'lightning-tfjs';");
    expect(js).toContain('  onTrainEpochStart(_trainer, _module) {\n    this.startedAt');
    expect(js).not.toMatch(/override|private|: number/);
    const before = "const { Callback } = require('lightning-tfjs');\nmodule.exports = {};\n";
    const cjs = make({ uri: `${FOLDER}lit.js` }, { 'lit.js': before }).texts['lit.js'] ?? '';
    expect(cjs.startsWith(before)).toBe(true);
    expect(cjs).toContain('\nclass EpochTimer extends Callback {');
    expect(cjs).toContain('\nmodule.exports.EpochTimer = EpochTimer;\n');
    expect(cjs).not.toContain('export class');
  });

  it('makes a test beside it, and spares one that is there', () => {
    const { texts } = make({ withTests: true }, { 'lit.test.ts': 'mine' });
    expect(Object.keys(texts)).toEqual(['lit.ts', 'lit.test2.ts']);
    expect(texts['lit.test2.ts']).toContain("import { EpochTimer } from './lit.js';");
  });

  it.each([
    ['text that does not parse', { uri: `${FOLDER}broken.ts` }, 'broken.ts does not parse'],
    ['a file of another language', { uri: `${FOLDER}lit.py` }, 'must be TypeScript or JavaScript'],
    ['a declaration file', { uri: `${FOLDER}lit.d.ts` }, 'must be TypeScript or JavaScript'],
    ['a name with a space', { name: 'Lit Model' }, "cannot be called 'Lit Model'"],
    ['a name that closes the class', { name: 'A {} }; evil(); //' }, 'cannot be called'],
    ['a reserved name', { name: 'class' }, 'cannot be called'],
    ['a project with a bad name', { kind: 'project', name: '../up' }, "project cannot be called '../up'"],
    ['a project of a callback', { kind: 'project', module: 'callback' }, 'needs a module'],
  ] as const)('refuses %s', (_name, params, message) => {
    expect(() => make(params, { 'broken.ts': 'class {' })).toThrow(message);
  });
});

describe('a project', () => {
  it('has all that it takes', () => {
    const { texts, uri } = make({ kind: 'project', uri: `${FOLDER}new/`, name: '@me/my-model', withTests: true });
    expect(Object.keys(texts)).toEqual([
      'new/package.json',
      'new/tsconfig.json',
      'new/.gitignore',
      'new/README.md',
      'new/src/module.ts',
      'new/src/data.ts',
      'new/src/module.test.ts',
    ]);
    expect(uri).toBe(`${FOLDER}new/src/module.ts`);
    const manifest = JSON.parse(texts['new/package.json'] ?? '');
    expect(manifest).toMatchObject({ name: '@me/my-model', dependencies: { 'lightning-tfjs': '^9.8.7' } });
  });

  it('writes over nothing', () => {
    expect(() => make({ kind: 'project', uri: `${FOLDER}new` }, { 'new/README.md': 'mine' })).toThrow(
      'has a README.md',
    );
  });

  it('asks for the version that this server came with', () => {
    const manifest = readFileSync(new URL('../../../../runtime/package.json', import.meta.url), 'utf8');
    expect(PACKAGE_VERSION).toBe(JSON.parse(manifest).version);
  });
});

describe('what is asked for', () => {
  it('has a kind for each entry of the menu', () => {
    expect(SCAFFOLD_INFOS.map(({ kind }) => kind)).toEqual(SCAFFOLD_KINDS);
  });

  it.each([
    [undefined, false],
    [{ kind: 'gan' }, false],
    [{ kind: 'gan', uri: 'https://elsewhere/lit.ts' }, false],
    [{ kind: 'nothing', uri: 'file:///a.ts' }, false],
    [{ kind: 'gan', uri: 'file:///a.ts', name: 5 }, false],
    [{ kind: 'gan', uri: 'file:///a.ts', name: 'A', withTests: true, module: 'gan' }, true],
  ])('%j: %s', (params, expected) => {
    expect(isScaffoldParams(params)).toBe(expected);
  });
});
