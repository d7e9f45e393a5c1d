import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Analyzer } from '../../analysis/index.js';
import { MEMORY_ROOT, memoryHost } from '../../analysis/memoryHost.js';
import { lint, RULES } from '../../rules/index.js';
import { type ScaffoldKind, type ScaffoldParams, scaffold } from './index.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const LIGHTNING = join(root, 'runtime/bin/lightning.js');
const run = promisify(execFile);

// Each test starts a process that trains, perhaps on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A folder that sees the packages as a project would. */
const folder = mkdtempSync(join(tmpdir(), 'lightning-scaffold-'));
const MODULE_KINDS = ['classifier', 'autoencoder', 'gan', 'sequence'] as const;

/** Makes a scaffold and writes it, as a client does. Returns the path of the file to show. */
function make(path: string, kind: ScaffoldKind, options: Partial<ScaffoldParams> = {}): string {
  const uri = (each: string) => pathToFileURL(join(folder, each)).href;
  const made = scaffold(
    { kind, uri: uri(path), ...options },
    {
      packageVersion: '^0.1.0',
      text: (each) => (existsSync(fileURLToPath(each)) ? readFileSync(fileURLToPath(each), 'utf8') : undefined),
    },
  );
  for (const { uri: each, text } of made.files) {
    mkdirSync(dirname(fileURLToPath(each)), { recursive: true });
    writeFileSync(fileURLToPath(each), text);
  }
  return fileURLToPath(made.uri);
}

function lightning(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [LIGHTNING, ...args], { cwd: folder });
}

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const kind of MODULE_KINDS) make(`src/${kind}.ts`, kind, { withTests: true });
  make('src/data.ts', 'datamodule', { withTests: true });
  make('src/callback.ts', 'callback', { withTests: true });
  make('src/script.mjs', 'classifier');
  make('src/old.cjs', 'sequence');
  // All of them in one file, one after the other, the last one twice.
  for (const kind of [...MODULE_KINDS, 'datamodule', 'callback', 'callback'] as const) make('src/all.ts', kind);
  for (const module of MODULE_KINDS)
    make(`projects/${module}`, 'project', { module, name: `my-${module}`, withTests: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('scaffolds', () => {
  it.each([...MODULE_KINDS.map((kind) => `src/${kind}.ts`), 'src/script.mjs', 'src/old.cjs'])(
    'train: %s',
    async (file) => {
      await lightning('fit', file, '--trainer.fastDevRun');
      await lightning('test', file, '--trainer.fastDevRun');
    },
  );

  it.each(MODULE_KINDS)('train as a project: %s', async (module) => {
    await lightning('fit', `projects/${module}/src/module.ts`, '--trainer.fastDevRun');
  });

  it('learn: the classifier beats chance by far', async () => {
    const { stdout } = await lightning('fit', 'src/classifier.ts', '--trainer.maxEpochs', '10');
    expect(Number(/val_acc\D+([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThan(0.9);
  });

  it('train when several stand in one file', async () => {
    await lightning('fit', 'src/all.ts', '--class', 'LitGAN', '--trainer.fastDevRun');
    await lightning('fit', 'src/all.ts', '--class', 'LitClassifier', '--data', 'LitDataModule', '--trainer.fastDevRun');
    expect(readFileSync(join(folder, 'src/all.ts'), 'utf8')).toContain('class EpochTimer2 extends Callback');
  });

  it('compile under the strictest settings', async () => {
    const options = {
      ...JSON.parse(readFileSync(join(folder, 'projects/classifier/tsconfig.json'), 'utf8')).compilerOptions,
      noUnusedLocals: true,
      noImplicitReturns: true,
      noUncheckedIndexedAccess: true,
    };
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const config = { compilerOptions: options, include: ['src/**/*.ts', 'projects/*/src/**/*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiled = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(compiled.stdout).toBe('');
  });

  it('have tests that pass', async () => {
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { testTimeout: 60000 } };');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const { stdout } = await run(process.execPath, [vitest, 'run', '--root', folder, '--reporter', 'json'], {
      cwd: folder,
    });
    const report = JSON.parse(stdout.slice(stdout.indexOf('{"')));
    expect(report).toMatchObject({ success: true, numPassedTests: 10 });
  });

  it.each([
    ...MODULE_KINDS.flatMap((kind) => [
      `src/${kind}.ts`,
      `projects/${kind}/src/module.ts`,
      `projects/${kind}/src/data.ts`,
    ]),
    ...['src/data.ts', 'src/callback.ts', 'src/all.ts', 'src/script.mjs', 'src/old.cjs'],
  ])('are clean: %s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const analyzer = new Analyzer(memoryHost({ [file]: text }));
    const failures: unknown[] = [];
    const findings = lintAll(analyzer, file, (error) => failures.push(error));
    expect(failures).toEqual([]);
    expect(findings).toEqual([]);
    expect(analyzer.classes(MEMORY_ROOT + file).length).toBeGreaterThan(0);
  });
});

function lintAll(analyzer: Analyzer, file: string, onError: (error: unknown) => void) {
  const model = analyzer.file(MEMORY_ROOT + file);
  return model ? lint(model, RULES, (_rule, error) => onError(error)) : [];
}
