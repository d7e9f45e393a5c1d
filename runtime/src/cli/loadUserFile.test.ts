import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { functionLocation, userFrames, userLocation } from '../sourceMaps/index.js';
import { UserFileError } from './errors.js';
import { type LoadedFile, loadUserFile } from './loadUserFile.js';
import { doorsTo, nativeImport, type TemporaryProject, temporaryProject } from './temporaryProject.js';

const DOORS = {
  'doors/index.mjs': 'export class LightningModule { static copy = 1 }\nexport class Trainer {}',
  'doors/tf.mjs': 'export const version = "ours"; export function tensor() { return "tensor"; }',
};

let project: TemporaryProject;
const projects: TemporaryProject[] = [];
afterEach(() => {
  for (const used of projects.splice(0)) used.remove();
});

/** Writes a project, and loads one file of it with doors of the test's own. */
function load(name: string, files: Readonly<Record<string, string>>): Promise<LoadedFile> {
  project = temporaryProject({ ...DOORS, ...files });
  projects.push(project);
  return loadUserFile(project.path(name), {
    importModule: nativeImport,
    doors: doorsTo(project, {
      'lightning-tfjs': 'doors/index.mjs',
      '@tensorflow/tfjs': 'doors/tf.mjs',
      '@tensorflow/tfjs-core': 'doors/tf.mjs',
    }),
  });
}

async function failure(name: string, files: Readonly<Record<string, string>>): Promise<UserFileError> {
  const error = await load(name, files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserFileError);
  return error as UserFileError; // checked above
}

const ESM_PACKAGE = {
  'node_modules/esm-only/package.json': '{ "name": "esm-only", "type": "module", "exports": { ".": "./main.js" } }',
  'node_modules/esm-only/main.js': 'export const answer = 42; export const place = import.meta.url;',
};
const CJS_PACKAGE = {
  'node_modules/old/package.json': '{ "name": "old", "main": "lib.js" }',
  // Names made at run time: Node's `import { hidden }` does not find them.
  'node_modules/old/lib.js': 'for (const name of ["hidden"]) exports[name] = __filename;',
};

describe('loadUserFile', () => {
  it.each<{ name: string; file: string; files: Record<string, string>; expected: Record<string, unknown> }>([
    {
      name: 'TypeScript, ES module',
      file: 'lit.ts',
      files: {
        'lit.ts':
          'enum A { B = 7 }\nexport class C { constructor(readonly x: number = A.B) {} }\nexport const made = new C().x;',
      },
      expected: { made: 7 },
    },
    {
      name: 'TypeScript, CommonJS',
      file: 'lit.cts',
      files: { 'lit.cts': 'import path = require("node:path");\nexport = { sep: path.sep as string, kind: "cts" };' },
      expected: { kind: 'cts' },
    },
    {
      name: '.mts',
      file: 'lit.mts',
      files: { 'lit.mts': 'export const kind: string = "mts";' },
      expected: { kind: 'mts' },
    },
    {
      name: 'JavaScript, CommonJS',
      file: 'lit.cjs',
      files: { 'lit.cjs': '"use strict";\nconst { sep } = require("path");\nexports.kind = typeof sep;' },
      expected: { kind: 'string' },
    },
    {
      name: 'JavaScript with module.exports',
      file: 'lit.js',
      files: { 'lit.js': 'module.exports = { kind: require("./other.js").kind };', 'other.js': 'exports.kind = "js";' },
      expected: { kind: 'js' },
    },
    {
      name: '.mjs',
      file: 'lit.mjs',
      files: { 'lit.mjs': 'export default class Lit {}\nexport const kind = "mjs";' },
      expected: { kind: 'mjs' },
    },
    {
      name: 'top-level await',
      file: 'lit.ts',
      files: {
        'lit.ts': 'import { late } from "./late.js";\nexport const value: number = (await Promise.resolve(1)) + late;',
        'late.ts': 'export const late = await Promise.resolve(1);',
      },
      expected: { value: 2 },
    },
    {
      name: 'JSON',
      file: 'lit.ts',
      files: {
        'lit.ts': 'import config from "./config.json";\nexport const lr = config.lr;',
        'config.json': '{ "lr": 0.5 }',
      },
      expected: { lr: 0.5 },
    },
    {
      name: 'tsconfig paths',
      file: 'src/lit.ts',
      files: {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
        'src/lit.ts': 'import { units } from "@/deep/net";\nexport const n: number = units;',
        'src/deep/net.ts': 'export const units = 64;',
      },
      expected: { n: 64 },
    },
    {
      name: 'names of a CommonJS package',
      file: 'lit.ts',
      files: {
        ...CJS_PACKAGE,
        'lit.ts': 'import { hidden } from "old";\nexport const kind = hidden.endsWith("lib.js");',
      },
      expected: { kind: true },
    },
    {
      name: 'a package by require',
      file: 'lit.cjs',
      files: { ...CJS_PACKAGE, 'lit.cjs': 'exports.kind = require("old").hidden === require.resolve("old");' },
      expected: { kind: true },
    },
    {
      name: 'an optional package that is missing',
      file: 'lit.cjs',
      files: { 'lit.cjs': 'try { require("not-there"); } catch (error) { exports.code = error.code; }' },
      expected: { code: 'MODULE_NOT_FOUND' },
    },
    {
      name: "a require of the user's own",
      file: 'lit.mjs',
      files: {
        ...CJS_PACKAGE,
        'lit.mjs':
          'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\nexport const kind = typeof require("old").hidden;',
      },
      expected: { kind: 'string' },
    },
    {
      name: 'a hashbang',
      file: 'lit.js',
      files: { 'lit.js': '#!/usr/bin/env node\nexports.name = __filename.split(/[\\\\/]/).pop();' },
      expected: { name: 'lit.js' },
    },
  ])('loads $name', async ({ file, files, expected }) => {
    expect((await load(file, files)).exports).toMatchObject(expected);
  });

  it('loads an ES module package from where it is installed', async () => {
    const { exports } = await load('lit.ts', { ...ESM_PACKAGE, 'lit.ts': 'export { answer, place } from "esm-only";' });
    expect(exports).toEqual({ answer: 42, place: pathToFileURL(project.path('node_modules/esm-only/main.js')).href });
  });

  it('tells each file its own place', async () => {
    const text =
      'export const url = import.meta.url, file = __filename, folder = __dirname, name = import.meta.filename;';
    const { exports } = await load('lit.ts', {
      'lit.ts': `${text}\nexport * as inner from "./deep/inner.js";\nexport { deep } from "./deep/commonjs.cjs";`,
      'deep/inner.ts': `const __dirname = "own";\nexport const url = import.meta.url, folder = __dirname;`,
      'deep/commonjs.cjs': 'exports.deep = __dirname;',
    });
    const path = project.path('lit.ts');
    expect(exports).toMatchObject({
      url: pathToFileURL(path).href,
      file: path,
      folder: project.folder,
      name: path,
      deep: project.path('deep'),
    });
    expect(exports.inner).toMatchObject({ url: pathToFileURL(project.path('deep/inner.ts')).href, folder: 'own' });
  });

  it('gives import and require the same running package', async () => {
    const { exports } = await load('lit.ts', {
      'lit.ts':
        'export { LightningModule, type HParams } from "lightning-tfjs";\nexport { required, tf } from "./old.cjs";\nimport tf from "@tensorflow/tfjs";\nexport const whole = tf.version;',
      'old.cjs':
        'exports.required = require("lightning-tfjs").LightningModule;\nexports.tf = require("@tensorflow/tfjs-core").version;',
    });
    const running = await nativeImport(pathToFileURL(project.path('doors/index.mjs')).href);
    expect(exports.LightningModule).toBe(running.LightningModule);
    expect(exports).toMatchObject({ required: exports.LightningModule, tf: 'ours', whole: 'ours' });
  });

  it('gives packages that build on it the running package too', async () => {
    const { exports } = await load('lit.ts', {
      'lit.ts': 'export { version } from "tfjs-extra";',
      'node_modules/tfjs-extra/package.json':
        '{ "type": "module", "main": "x.js", "peerDependencies": { "@tensorflow/tfjs-core": "*" } }',
      'node_modules/tfjs-extra/x.js': 'export { version } from "@tensorflow/tfjs-core";',
      'node_modules/@tensorflow/tfjs-core/package.json': '{ "type": "module", "main": "x.js" }',
      'node_modules/@tensorflow/tfjs-core/x.js': 'export const version = "theirs";',
    });
    expect(exports.version).toBe('ours');
  });

  it('leaves nothing in the temporary folder', async () => {
    const temporary = temporaryProject({});
    projects.push(temporary);
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, temporary.folder);
    const files = { 'lit.ts': 'export {};', 'broken.ts': 'const', 'throwing.ts': 'throw new Error("boom");' };
    for (const name of Object.keys(files)) await load(name, files).catch(() => undefined);
    expect(readdirSync(temporary.folder).filter((name) => !name.startsWith('lightning-test-'))).toEqual([]);
    vi.unstubAllEnvs();
  });

  it.each<{ name: string; files: Record<string, string>; text: RegExp; line: number; column: number; length: number }>([
    {
      name: 'a syntax error',
      files: { 'lit.ts': 'const fine = 1;\nconst größe: = 3;' },
      text: /Unexpected "="/,
      line: 2,
      column: 14,
      length: 1,
    },
    {
      name: 'a missing package on the first line',
      files: { 'lit.ts': 'import x, { y } from "@scope/missing/sub"; console.log(x, y, import.meta.url);' },
      text: /^The package '@scope\/missing' was not found\..*npm install @scope\/missing$/,
      line: 1,
      column: 22,
      length: 20,
    },
    {
      name: 'a path alias without tsconfig',
      files: { 'lit.ts': '\nimport "@/net";' },
      text: /'@\/net' was not found\. If it is a path alias/,
      line: 2,
      column: 8,
      length: 7,
    },
    {
      name: 'a missing file',
      files: { 'lit.ts': 'import "./net";' },
      text: /Could not resolve "\.\/net"/,
      line: 1,
      column: 8,
      length: 7,
    },
    {
      name: 'a misspelt name of ours',
      files: { 'lit.ts': 'import { LightningModul } from "lightning-tfjs";\nexport class A extends LightningModul {}' },
      text: /No matching export in "lightning-tfjs" for import "LightningModul"/,
      line: 1,
      column: 10,
      length: 14,
    },
    {
      name: 'a part of ours that is not there',
      files: { 'lit.ts': 'import { x } from "lightning-tfjs/tuner";\nx();' },
      text: /lightning-tfjs has no part 'lightning-tfjs\/tuner'/,
      line: 1,
      column: 19,
      length: 22,
    },
  ])('points at $name', async ({ files, text, line, column, length }) => {
    const { problems } = await failure('lit.ts', files);
    expect(problems[0]?.text).toMatch(text);
    expect(problems[0]).toMatchObject({ location: { file: project.path('lit.ts'), line, column }, length });
  });

  it('reports every error of a file', async () => {
    const error = await failure('lit.ts', { 'lit.ts': 'import "./a";\nimport "./b";' });
    expect(error.problems).toHaveLength(2);
    expect(error.message).toMatch(/^lit\.ts does not compile: Could not resolve "\.\/a" \(and 1 more\)$/);
  });
});

describe('locations in a loaded file', () => {
  const SOURCE = `import { deep } from './deep.js';
interface Batch { readonly x: number }

export class Lit {
  constructor(readonly hparams = { lr: 1 }) {}

  async trainingStep(batch: Batch,
    batchIdx: number): Promise<number> {
    const unused: Batch = batch;
    return deep(unused.x + batchIdx);
  }

  arrow = (value: number) => value;
}
`;
  const DEEP = `type Nothing = undefined;\nexport function deep(x: number): number {\n  if (x > 0) throw new TypeError('boom');\n  return x;\n}\n`;

  async function loadLit() {
    const { exports } = await load('lit.ts', { 'lit.ts': SOURCE, 'deep.ts': DEEP });
    return exports.Lit as new () => {
      trainingStep(batch: object, idx: number): Promise<number>;
      arrow(value: number): number;
    };
  }

  it('are exact for a thrown error', async () => {
    const Lit = await loadLit();
    const error: unknown = await new Lit().trainingStep({ x: 1 }, 1).catch((thrown: unknown) => thrown);
    expect(userLocation(error)).toEqual({ file: project.path('deep.ts'), line: 3, column: 20 });
    expect(userFrames(error)[1]).toEqual({
      name: 'Lit.trainingStep',
      file: project.path('lit.ts'),
      line: 10,
      column: 12,
    });
  });

  it('are exact for methods, classes and arrow functions', async () => {
    const Lit = await loadLit();
    const file = project.path('lit.ts');
    expect(await functionLocation(Lit.prototype.trainingStep)).toEqual({ file, line: 7, column: 9 });
    expect(await functionLocation(new Lit().arrow)).toEqual({ file, line: 13, column: 11 });
    expect(await functionLocation(Lit as unknown as () => unknown)).toMatchObject({ file, line: 5 }); // a class is a function
  });
});
