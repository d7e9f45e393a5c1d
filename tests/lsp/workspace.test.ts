import { describe, expect, it } from 'vitest';
import type { LspClient } from './client.js';
import { useServer } from './useServer.js';

const start = useServer();

const IMPORT = "import { LightningModule } from 'lightning-tfjs';\n";
/** A base without a step, so that what extends it lacks one. */
const BASE = `${IMPORT}export class Vision extends LightningModule {\n  configureOptimizers() {}\n}\n`;
const GOOD_BASE = BASE.replace('\n}', '\n  trainingStep() {}\n}');
const lit = (from: string) => `import { Vision } from '${from}';\nexport class Lit extends Vision {}\n`;
const MISSING = ['missing-training-step error "Lit"'];
const MISSING_IN_BASE = ['missing-training-step error "Vision"'];

/** Waits until a document's problems are these: the server asks to pull when that may be so. */
async function becomes(client: LspClient, name: string, problems: readonly string[]): Promise<void> {
  for (let count = client.refreshes + 1; ; count += 1) {
    const found = await client.problems(name);
    if (JSON.stringify(found) === JSON.stringify(problems)) return;
    await client.refreshed(count);
  }
}

describe('the index of the workspace', () => {
  it('knows who extends a class in closed files', async () => {
    const client = await start({
      files: { 'src/vision.ts': BASE, 'src/deep/lit.ts': lit('../vision.js'), 'alone.ts': BASE },
      folders: ['.'],
    });
    expect(await client.indexed()).toEqual({ health: 'ok', message: '', indexing: null });
    expect(client.statuses[0]).toMatchObject({ health: 'ok', indexing: { done: 0 } });
    await client.open('src/vision.ts', BASE);
    await client.open('alone.ts', BASE);
    expect(await client.problems('src/vision.ts')).toEqual([]);
    expect(await client.problems('alone.ts')).toEqual(MISSING_IN_BASE);
  });

  it('leaves out what others wrote or tools made', async () => {
    const files = Object.fromEntries(
      ['node_modules/x', 'dist', '.git', '.cache', 'a/node_modules/y'].map((folder) => [
        `${folder}/lit.ts`,
        lit('/vision.js'),
      ]),
    );
    const client = await start({ files: { ...files, 'dist/user.ts': lit('../vision.js') }, folders: ['.'] });
    await client.indexed();
    await client.open('vision.ts', BASE);
    expect(await client.problems('vision.ts')).toEqual(MISSING_IN_BASE);
  });

  it('follows files that are made, written, renamed and removed', async () => {
    const client = await start({ files: { 'vision.ts': BASE }, folders: ['.'] });
    await client.indexed();
    await client.open('vision.ts', BASE);
    expect(await client.problems('vision.ts')).toEqual(MISSING_IN_BASE);
    await client.create('lit.ts', lit('./vision.js'));
    await becomes(client, 'vision.ts', []);
    client.write('lit.ts', 'export {};\n');
    await client.changedOnDisk('lit.ts');
    await becomes(client, 'vision.ts', MISSING_IN_BASE);
    client.write('lit.ts', lit('./vision.js'));
    await client.changedOnDisk('lit.ts');
    await becomes(client, 'vision.ts', []);
    await client.rename('lit.ts', 'moved/lit.ts');
    await becomes(client, 'vision.ts', MISSING_IN_BASE);
    await client.rename('moved/lit.ts', 'lit.ts');
    await becomes(client, 'vision.ts', []);
    await client.remove('lit.ts');
    await becomes(client, 'vision.ts', MISSING_IN_BASE);
  });

  it('follows folders that are renamed and removed', async () => {
    const client = await start({ files: { 'a/vision.ts': BASE, 'a/b/lit.ts': lit('../vision.js') }, folders: ['.'] });
    await client.indexed();
    await client.open('a/vision.ts', BASE);
    expect(await client.problems('a/vision.ts')).toEqual([]);
    await client.rename('a/b', 'a/c');
    await client.remove('a/c');
    await becomes(client, 'a/vision.ts', MISSING_IN_BASE);
    await client.create('a/d/lit.ts', lit('../vision.js'));
    await becomes(client, 'a/vision.ts', []);
  });

  it('survives bases in circles and missing files', async () => {
    const client = await start({
      files: {
        'a.ts': "import { B } from './b.js';\nexport class A extends B {}\nexport * from './c.js';\n",
        'b.ts': "import { A } from './a.js';\nexport class B extends A {}\nexport * from './gone.js';\n",
        'c.ts': "export * from './a.js';\nexport * from './c.js';\n",
      },
      folders: ['.'],
    });
    await client.indexed();
    await client.open('lit.ts', `${lit('./c.js')}${IMPORT}export class Other extends LightningModule {}\n`);
    expect(await client.problems('lit.ts')).toEqual([
      'missing-training-step error "Other"',
      'missing-configure-optimizers error "Other"',
    ]);
  });
});

describe('two folders', () => {
  const files = { 'one/vision.ts': BASE, 'two/lit.ts': lit('../one/vision.js') };

  it('are one workspace', async () => {
    const client = await start({ files, folders: ['one', 'two'] });
    await client.indexed();
    await client.open('one/vision.ts', BASE);
    expect(await client.problems('one/vision.ts')).toEqual([]);
  });

  it('may come and go', async () => {
    const client = await start({ files, folders: ['one'] });
    await client.indexed();
    await client.open('one/vision.ts', BASE);
    expect(await client.problems('one/vision.ts')).toEqual(MISSING_IN_BASE);
    await client.changeFolders(['two'], []);
    await becomes(client, 'one/vision.ts', []);
    await client.changeFolders([], ['two']);
    await becomes(client, 'one/vision.ts', MISSING_IN_BASE);
    await client.changeFolders(['two'], ['one']);
    await becomes(client, 'one/vision.ts', []);
  });
});

describe('modules that are not beside the file', () => {
  it.each<[why: string, from: string, files: Readonly<Record<string, string>>]>([
    [
      'paths',
      '@app/vision',
      { 'tsconfig.json': '{ // why\n "compilerOptions": { "paths": { "@app/*": ["./src/*"], }, }, }' },
    ],
    ['baseUrl', 'src/vision', { 'jsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }' }],
    [
      'extends',
      '@app/vision',
      {
        'tsconfig.json': '{ "extends": ["./config/none.json", "./config/base"] }',
        'config/base.json': '{ "compilerOptions": { "baseUrl": "..", "paths": { "@app/*": ["src/*"] } } }',
      },
    ],
    ['imports', '#vision', { 'package.json': '{ "imports": { "#*": { "default": "./src/*.ts" } } }' }],
    [
      'a package of the workspace',
      'vision',
      {
        'package.json': '{ "workspaces": ["src"] }',
        'src/package.json':
          '{ "name": "vision", "exports": { ".": { "types": "./dist/x.d.ts", "import": "./vision.ts" } } }',
      },
    ],
  ])('are found: %s', async (_why, from, files) => {
    const client = await start({ files: { ...files, 'src/vision.ts': GOOD_BASE }, folders: ['.'] });
    await client.indexed();
    await client.open('app/lit.ts', `${lit(from)}${lit(from).replaceAll('Lit', 'Second')}`);
    expect(await client.problems('app/lit.ts')).toEqual([]);
    client.write('src/vision.ts', BASE);
    await client.changedOnDisk('src/vision.ts');
    await becomes(client, 'app/lit.ts', [...MISSING, 'missing-training-step error "Second"']);
  });

  it('are looked for anew when the configuration changes', async () => {
    const config = (folder: string) => `{ "compilerOptions": { "paths": { "@app/*": ["./${folder}/*"] } } }`;
    const client = await start({
      files: { 'tsconfig.json': config('nowhere'), 'src/vision.ts': BASE },
      folders: ['.'],
    });
    await client.indexed();
    await client.open('lit.ts', lit('@app/vision'));
    expect(await client.problems('lit.ts')).toEqual([]);
    client.write('tsconfig.json', config('src'));
    await client.changedOnDisk('tsconfig.json');
    await becomes(client, 'lit.ts', MISSING);
  });
});

describe('a client that does not watch files', () => {
  it('has what it saves followed', async () => {
    const client = await start({ files: { 'vision.ts': GOOD_BASE }, folders: ['.'], watches: false });
    await client.indexed();
    await client.open('lit.ts', lit('./vision.js'));
    expect(await client.problems('lit.ts')).toEqual([]);
    client.write('vision.ts', BASE);
    expect(await client.problems('lit.ts')).toEqual(MISSING);
  });
});

describe('half-typed text', () => {
  it('that swallows a class does not make what extends it come and go', async () => {
    const client = await start();
    await client.open('vision.ts', GOOD_BASE);
    await client.open('lit.ts', lit('./vision.js'));
    expect(await client.problems('lit.ts')).toEqual([]);
    await client.replace('vision.ts', 'export class', 'const text = `;\nexport class');
    expect(await client.problems('vision.ts')).toEqual([]);
    expect(await client.problems('lit.ts')).toEqual([]);
    await client.replace('vision.ts', '  trainingStep() {}\n', '');
    await client.replace('vision.ts', '`;', '``;');
    expect(await client.problems('lit.ts')).toEqual(MISSING);
  });
});
