import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { findLegacy } from './findLegacy.js';
import { upgrade } from './index.js';
import { tokenize } from './tokens.js';

/** The source of a template, and of what is put into one. */
const template = (text: string) => `\`${text}\``;
const put = (text: string) => `$\{${text}}`;
const found = (source: string) => findLegacy(source).map(({ old, modern, edit }) => [old, modern, edit !== undefined]);

describe('findLegacy', () => {
  it.each<[string, string, [string, string, boolean][]]>([
    [
      'a renamed option',
      'new Trainer({ checkpointCallback: false })',
      [['checkpointCallback', 'enableCheckpointing: false', true]],
    ],
    ['gpus', 'new Trainer({ gpus: 2, maxEpochs: 3 })', [['gpus', "accelerator: 'gpu', devices: 2", true]]],
    [
      'gpus beside an accelerator',
      "new Trainer({ gpus: 2, accelerator: 'gpu' })",
      [['gpus', "accelerator: 'gpu', devices: 2", false]],
    ],
    ['gpus of a variable', 'new Trainer({ gpus: count() })', [['gpus', "accelerator: 'gpu', devices: count()", false]]],
    ['a value', "new Trainer({ accelerator: 'dp' })", [["accelerator: 'dp'", "strategy: 'dp'", true]]],
    ['a precision', 'new lightning.Trainer({ precision: 16 })', [['precision: 16', "precision: '16-mixed'", true]]],
    [
      'options of a type',
      'const o: TrainerOptions = { "checkpointCallback": true };',
      [['checkpointCallback', 'enableCheckpointing: true', true]],
    ],
    [
      'hooks',
      'class A extends LightningModule {\n  field = { onEpochEnd() {} };\n  async onEpochEnd() {}\n  trainingEpochEnd(o: X[]) {}\n}',
      [
        ['onEpochEnd', 'onTrainEpochEnd', false],
        ['trainingEpochEnd', expect.stringContaining('onTrainEpochEnd'), false],
      ],
    ],
    [
      'a hook that has only another name',
      'const C = class extends Callback { onBatchEnd(t: T) {} }',
      [['onBatchEnd', 'onTrainBatchEnd', true]],
    ],
    [
      'an import',
      "import { LightningLoggerBase, GPUStatsMonitor } from 'lightning-tfjs';",
      [
        ['LightningLoggerBase', 'Logger', true],
        ['GPUStatsMonitor', 'DeviceStatsMonitor', false],
      ],
    ],
  ])('finds %s', (_name, source, expected) => {
    expect(found(source)).toEqual(expected);
  });

  it.each([
    ['comments', '// new Trainer({ gpus: 2 })\n/* new Trainer({ gpus: 2 }) */'],
    ['texts', `const a = "new Trainer({ gpus: 2 })", b = 'it\\'s new Trainer({ gpus: 2 })';`],
    ['templates', template(`new Trainer({ gpus: ${put(`{ gpus: ${template(put('1'))} }.gpus`)} })`)],
    ['regular expressions', 'const a = /new Trainer({ gpus: 2 })["\'`]/g; const b = 4 / 2 / 1;'],
    ['other objects', 'const a = { gpus: 2 }; new Other({ gpus: 2 });'],
    ['nested objects', 'new Trainer({ x: { gpus: 2 }, y: [{ gpus: 2 }] })'],
    ['classes that extend nothing', 'class A { onEpochEnd() {} }'],
    ['calls in a class', 'class A extends B { m() { this.onEpochEnd(); onBatchEnd(); } }'],
    ['other packages', "import { LightningLoggerBase } from './mine';"],
    ['what is modern', "new Trainer({ accelerator: 'gpu', devices: 2, precision: '16-mixed' })"],
    ['a file that is not well-formed', 'new Trainer({ a: [ }} `${ \' " /'],
  ])('finds nothing in %s', (_name, source) => {
    expect(found(source)).toEqual([]);
  });

  it('finds what is put into a template', () => {
    expect(found(template(`a${put('new Trainer({ gpus: 2 })')}b`))).toHaveLength(1);
  });
});

describe('tokenize', () => {
  it('is linear, also for what never ends', () => {
    for (const text of [
      '`${'.repeat(50_000),
      '/*'.repeat(100_000),
      '"\\'.repeat(100_000),
      '/['.repeat(50_000),
      '(('.repeat(50_000),
    ]) {
      expect(tokenize(text).length).toBeGreaterThanOrEqual(0);
    }
  }, 10_000);
});

describe('upgrade', () => {
  const SOURCE = "#!/usr/bin/env node\nconst t = new Trainer({ gpus: 2, precision: 16, weightsSummary: 'top' });\r\n";
  const file = (text: string | Buffer) => {
    const path = join(mkdtempSync(join(tmpdir(), 'lightning-upgrade-')), 'a.ts');
    writeFileSync(path, text, { mode: 0o640 });
    return path;
  };
  async function run(path: string, more: { json?: boolean; write?: boolean } = {}) {
    let output = '';
    const request = { kind: 'upgrade', files: [path], json: false, write: false, verbose: false, ...more } as const;
    const code = await upgrade(request, async (text) => {
      output += text;
    });
    return { code, output };
  }

  it('lists places and spellings, and changes nothing', async () => {
    const path = file(SOURCE);
    const { code, output } = await run(path);
    expect(code).toBe(1);
    expect(output).toContain(`${path}:2:25  gpus  →  write accelerator: 'gpu', devices: 2`);
    expect(output).toContain('3 old spellings. 2 of them can be changed by --write.');
    expect(readFileSync(path, 'utf8')).toBe(SOURCE);
  });

  it('tells it as JSON', async () => {
    const report = JSON.parse((await run(file(SOURCE), { json: true })).output);
    expect(report.files[0].findings[1]).toMatchObject({
      kind: 'value',
      line: 2,
      column: 34,
      isCertain: true,
      isWritten: false,
    });
  });

  it('writes what is certain, keeps the rest, and has then nothing more to write', async () => {
    const path = file(SOURCE);
    const link = join(join(path, '..'), 'link.ts');
    symlinkSync(path, link);
    expect((await run(link, { write: true })).code).toBe(1);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(
      SOURCE.replace('gpus: 2', "accelerator: 'gpu', devices: 2").replace('precision: 16', "precision: '16-mixed'"),
    );
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['a.ts', 'link.ts']);
    expect((await run(path, { write: true })).output).toContain('1 old spelling.');
  });

  it('exits with 0 when there is nothing', async () => {
    expect(await run(file('new Trainer()'))).toEqual({ code: 0, output: 'No old spellings.' });
  });

  it('leaves a file alone that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('new Trainer({ gpus: 2 }) // '), Buffer.of(0xff, 0xfe)]);
    const path = file(bytes);
    await expect(run(path, { write: true })).rejects.toThrow('is not UTF-8');
    expect(readFileSync(path)).toEqual(bytes);
  });

  it.each(['/nowhere.ts', tmpdir(), 'package.json'])('refuses %s', async (path) => {
    await expect(run(path)).rejects.toThrow(UsageError);
  });
});
