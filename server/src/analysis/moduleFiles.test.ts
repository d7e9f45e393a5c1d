import { describe, expect, it } from 'vitest';
import { Analyzer } from './analyzer.js';
import { MEMORY_ROOT, memoryHost } from './memoryHost.js';

const BASE =
  "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule {}\nexport default Base;";

/** True when a class of `app/lit.ts` that extends what it imports from the specifier is a module. */
function isFound(specifier: string, files: Readonly<Record<string, string>>): boolean {
  const lit = `import { Base } from '${specifier}';\nexport class Lit extends Base {}`;
  return new Analyzer(memoryHost({ 'app/lit.ts': lit, ...files })).modules(`${MEMORY_ROOT}app/lit.ts`).length === 1;
}

const paths = (table: object, more: object = {}) => JSON.stringify({ compilerOptions: { paths: table, ...more } });

describe('modules that are not relative', () => {
  it.each<[why: string, specifier: string, files: Readonly<Record<string, string>>]>([
    [
      'a path with a star',
      '@/models/base',
      { 'tsconfig.json': paths({ '@/*': ['./src/*'] }), 'src/models/base.ts': BASE },
    ],
    ['a path without', 'base', { 'tsconfig.json': paths({ base: ['./src/base.ts'] }), 'src/base.ts': BASE }],
    ['.js for a .ts', '@/base.js', { 'tsconfig.json': paths({ '@/*': ['./src/*'] }), 'src/base.ts': BASE }],
    [
      'a folder with an index',
      '@/models',
      { 'tsconfig.json': paths({ '@/*': ['src/*'] }), 'src/models/index.ts': BASE },
    ],
    ['the second target', '@/base', { 'tsconfig.json': paths({ '@/*': ['a/*', 'b/*'] }), 'b/base.ts': BASE }],
    [
      'the longest pattern',
      '@/deep/base',
      { 'tsconfig.json': paths({ '@/*': ['a/*'], '@/deep/*': ['b/*'] }), 'b/base.ts': BASE, 'a/deep/base.ts': '' },
    ],
    ['a baseUrl', 'models/base', { 'tsconfig.json': paths({}, { baseUrl: './src' }), 'src/models/base.ts': BASE }],
    [
      'paths from a baseUrl',
      '@/base',
      { 'tsconfig.json': paths({ '@/*': ['*'] }, { baseUrl: 'src' }), 'src/base.ts': BASE },
    ],
    ['jsconfig.json', '@/base', { 'jsconfig.json': paths({ '@/*': ['./src/*'] }), 'src/base.js': BASE }],
    [
      'extends, counted from where it is written',
      '@/base',
      {
        'tsconfig.json': '{ "extends": "./config/base" }',
        'config/base.json': paths({ '@/*': ['../src/*'] }),
        'src/base.ts': BASE,
      },
    ],
    [
      'extends of a package',
      '@/base',
      {
        'tsconfig.json': '{ "extends": "shared/strict.json" }',
        'node_modules/shared/strict.json': paths({ '@/*': ['../../src/*'] }),
        'src/base.ts': BASE,
      },
    ],
    [
      'configDir',
      '@/base',
      {
        'tsconfig.json': '{ "extends": "./config/base.json" }',
        'config/base.json': paths({ '@/*': ['${configDir}/src/*'] }),
        'src/base.ts': BASE,
      },
    ],
    [
      'references of a solution',
      '@/base',
      {
        'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
        'tsconfig.app.json': paths({ '@/*': ['./src/*'] }),
        'src/base.ts': BASE,
      },
    ],
    ['imports', '#base', { 'package.json': '{ "imports": { "#base": "./src/base.ts" } }', 'src/base.ts': BASE }],
    [
      'imports with a star and conditions',
      '#lib/base',
      { 'package.json': '{ "imports": { "#lib/*": { "types": "./src/*.ts" } } }', 'src/base.ts': BASE },
    ],
    [
      'a workspace package, by its exports',
      '@my/models/vision',
      {
        'models/package.json': '{ "name": "@my/models", "exports": { "./*": "./src/*.ts" } }',
        'models/src/vision.ts': BASE,
      },
    ],
    [
      'a workspace package that is not built yet',
      'models',
      { 'models/package.json': '{ "name": "models", "main": "dist/index.js" }', 'models/src/index.ts': BASE },
    ],
    [
      'a package that knows ours',
      'vision',
      {
        'node_modules/vision/package.json': '{ "types": "index.d.ts", "peerDependencies": { "lightning-tfjs": "*" } }',
        'node_modules/vision/index.d.ts': BASE,
      },
    ],
  ])('are found: %s', (_why, specifier, files) => {
    expect(isFound(specifier, files)).toBe(true);
  });

  it.each<[why: string, specifier: string, files: Readonly<Record<string, string>>]>([
    [
      'a package that does not know ours',
      'vision',
      { 'node_modules/vision/package.json': '{}', 'node_modules/vision/index.ts': BASE },
    ],
    ['no configuration', '@/base', { 'src/base.ts': BASE }],
    [
      'a package that points out of its folder',
      'x',
      { 'x/package.json': '{ "name": "x", "main": "../src/base.ts" }', 'src/base.ts': BASE },
    ],
  ])('are not: %s', (_why, specifier, files) => {
    expect(isFound(specifier, files)).toBe(false);
  });

  it.each<[why: string, config: string]>([
    ['extends in a circle', '{ "extends": "./tsconfig.json" }'],
    ['no JSON', '{ "compilerOptions": { "paths": '],
    [
      'odd types',
      '{ "extends": 7, "compilerOptions": { "paths": { "@/*": [7, null], "*": "x" }, "baseUrl": [] }, "references": [7, {}] }',
    ],
    ['a list', '[1, 2]'],
    ['deep nesting', `{ "compilerOptions": ${'['.repeat(50_000)}`],
    ['more than anybody writes', `{ "compilerOptions": { "x": "${'x'.repeat(300_000)}" } }`],
  ])('are none with a configuration of %s', (_why, config) => {
    expect(isFound('@/base', { 'tsconfig.json': config, 'package.json': config, 'src/base.ts': BASE })).toBe(false);
  });
});
