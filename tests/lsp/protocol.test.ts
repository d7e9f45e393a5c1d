import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver-protocol/node';
import { SERVER_MAIN } from './builtServer.js';
import { useServer } from './useServer.js';

const IMPORT = "import { LightningModule, optim } from 'lightning-tfjs';\n";
const GOOD = `${IMPORT}
export class Lit extends LightningModule {
  trainingStep(batch: unknown) {}
  configureOptimizers() { return new optim.Adam(this.parameters()); }
}
`;
const EMPTY = "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule {}\n";

const start = useServer();

describe('the server', () => {
  it('is one file of at most 5 MB', () => {
    expect(statSync(SERVER_MAIN).size).toBeLessThanOrEqual(5_000_000);
  });

  it('says what it can do', async () => {
    const { result } = await start();
    expect(result.serverInfo?.name).toBe('lightning-language-server');
    expect(result.capabilities).toMatchObject({
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: 2 },
      codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.lightning'] },
      codeLensProvider: {},
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      diagnosticProvider: { identifier: 'lightning', interFileDependencies: true, workspaceDiagnostics: false },
    });
  });

  it('speaks over node-ipc too', async () => {
    const client = await start({ transport: 'ipc' });
    await client.open('lit.ts', EMPTY);
    expect(await client.problems('lit.ts')).toHaveLength(2);
  });
});

describe('diagnostics', () => {
  it('are pulled: certain ones as errors and warnings, likely ones as hints', async () => {
    const client = await start();
    await client.open(
      'lit.ts',
      `${EMPTY}export class Other extends LightningModule { predictStep() {} onTrainEpochStrat() {} }\n`,
    );
    expect(await client.problems('lit.ts')).toEqual([
      'missing-training-step error "Lit"',
      'missing-configure-optimizers error "Lit"',
      'missing-training-step hint "Other"',
      'unknown-hook warning "onTrainEpochStrat"',
    ]);
    const [first] = await client.diagnostics('lit.ts');
    expect(first).toEqual({
      range: { start: { line: 1, character: 13 }, end: { line: 1, character: 16 } },
      severity: 1,
      source: 'lightning',
      code: 'missing-training-step',
      message: 'Lit has no trainingStep, and fit() needs one. Add trainingStep(batch, batchIdx) that returns the loss.',
    });
  });

  it('are unchanged while nothing changes', async () => {
    const client = await start();
    await client.open('lit.ts', EMPTY);
    const { resultId } = await client.report('lit.ts');
    expect(await client.report('lit.ts', resultId)).toEqual({ kind: 'unchanged', resultId });
    await client.replace('lit.ts', 'Lit', 'Lot');
    expect((await client.report('lit.ts', resultId)).kind).toBe('full');
  });

  it('of files without a module are none', async () => {
    const client = await start();
    await client.open('plain.js', 'class A extends B {}\nmodule.exports = { A };\n');
    await client.open('broken.ts', '}}}} class { extends LightningModule <<<< `${');
    expect(await client.problems('plain.js')).toEqual([]);
    expect(await client.problems('broken.ts')).toEqual([]);
    expect(await client.report('unopened.ts')).toEqual({ kind: 'full', items: [] });
  });

  it('are sent to a client that does not pull, and taken back at the end', async () => {
    const client = await start({ pulls: false });
    expect(client.result.capabilities.diagnosticProvider).toBeUndefined();
    await client.open('lit.ts', EMPTY);
    const sent = await client.published();
    expect(sent.uri).toBe(client.uri('lit.ts'));
    expect(sent.diagnostics.map((each) => client.describe('lit.ts', each))).toEqual([
      'missing-training-step error "Lit"',
      'missing-configure-optimizers error "Lit"',
    ]);
    await client.replace('lit.ts', '{}', '{ trainingStep() {} }');
    expect((await client.published()).diagnostics.map(({ code }) => code)).toEqual(['missing-configure-optimizers']);
    await client.close('lit.ts');
    expect((await client.published()).diagnostics).toEqual([]);
  });
});

describe('edits', () => {
  it('with CRLF and astral characters keep every range right', async () => {
    const client = await start();
    const text = `// 𝔏 ⚡ 👩‍🔬\r\n${GOOD.replaceAll('\n', '\r\n')}`;
    await client.open('lit.ts', text);
    expect(await client.problems('lit.ts')).toEqual([]);
    await client.replace('lit.ts', '⚡ 👩‍🔬', '𝔐𝔐');
    await client.replace('lit.ts', 'trainingStep', "'𝔏' = 1; /* 👩‍🔬 */ trainingSetp");
    expect(await client.problems('lit.ts')).toEqual(['unknown-hook warning "trainingSetp"']);
    await client.replace('lit.ts', 'class Lit', 'class /* 👩‍🔬\r\n */ Lit');
    await client.replace('lit.ts', 'configureOptimizers() {', 'configure_optimizers() {\r\n');
    expect(await client.problems('lit.ts')).toEqual([
      'unknown-hook warning "trainingSetp"',
      'unknown-hook warning "configure_optimizers"',
    ]);
    // The same text, opened at once, has the same diagnostics in the same places.
    await client.open('again.ts', client.text('lit.ts'));
    expect(await client.diagnostics('again.ts')).toEqual(await client.diagnostics('lit.ts'));
  });

  it('may come faster than questions', async () => {
    const client = await start();
    await client.open('lit.ts', GOOD);
    const end = GOOD.lastIndexOf('}');
    const line = GOOD.slice(0, end).split('\n').length - 1;
    const typed = '  onTrainEpochStrat() { return [1]; }';
    const reports = [...typed].map(async (letter, character) => {
      const at = { line, character };
      const edited = client.edit('lit.ts', [{ range: { start: at, end: at }, newText: letter }]);
      const report = client.report('lit.ts');
      await edited;
      return report;
    });
    expect((await Promise.all(reports)).every(({ kind }) => kind === 'full')).toBe(true);
    expect(await client.problems('lit.ts')).toEqual(['unknown-hook warning "onTrainEpochStrat"']);
  });
});

describe('fixes', () => {
  it('make the module clean', async () => {
    const client = await start();
    await client.open('lit.ts', EMPTY.replaceAll('\n', '\r\n'));
    for (let left = 2; left > 0; left -= 1) {
      const diagnostics = await client.diagnostics('lit.ts');
      expect(diagnostics).toHaveLength(left);
      const [action] = await client.codeActions('lit.ts', diagnostics);
      expect(action).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [diagnostics[0]] });
      await client.apply('lit.ts', action!);
    }
    expect(await client.problems('lit.ts')).toEqual([]);
    expect(client.text('lit.ts')).toBe(
      `import { LightningModule, optim } from 'lightning-tfjs';
export class Lit extends LightningModule {
  trainingStep(batch: unknown, batchIdx: number) {
    throw new Error('trainingStep: return the loss of this batch');
  }

  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`.replaceAll('\n', '\r\n'),
    );
  });

  it('rename a misspelt hook', async () => {
    const client = await start();
    await client.open('lit.js', GOOD.replace('trainingStep(batch: unknown)', 'training_step(batch)'));
    const [action] = await client.codeActions('lit.js', await client.diagnostics('lit.js'));
    expect(action?.title).toBe('Rename to trainingStep');
    await client.apply('lit.js', action!);
    expect(client.text('lit.js')).toBe(GOOD.replace('batch: unknown', 'batch'));
    expect(await client.problems('lit.js')).toEqual([]);
  });

  it('are offered only where and when they are asked for', async () => {
    const client = await start();
    await client.open('lit.ts', EMPTY);
    const diagnostics = await client.diagnostics('lit.ts');
    const elsewhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } };
    expect(await client.codeActions('lit.ts', [], elsewhere)).toEqual([]);
    expect(await client.codeActions('lit.ts', diagnostics, undefined, ['refactor'])).toEqual([]);
    const actions = await client.codeActions('lit.ts', diagnostics, undefined, ['quickfix']);
    expect(actions.map(({ title, isPreferred }) => `${title}${isPreferred ? ' *' : ''}`)).toEqual([
      'Add trainingStep *',
      'Add configureOptimizers *',
      'Add every missing hook to Lit',
      'Disable missing-training-step for this line',
      'Disable missing-training-step for this file',
      'Disable missing-configure-optimizers for this line',
      'Disable missing-configure-optimizers for this file',
    ]);
  });
});

describe('code lenses', () => {
  it('say what can be run of each exported module', async () => {
    const client = await start();
    await client.open(
      'lit.ts',
      `${GOOD}
export abstract class Base extends LightningModule { trainingStep() {} }
class Hidden extends LightningModule { trainingStep() {} }
export class Untrainable extends LightningModule {}
export class Scorer extends LightningModule { testStep() {} }
export default class extends LightningModule { trainingStep() {} }
`,
    );
    const uri = client.uri('lit.ts');
    const file = join(client.folder, 'lit.ts');
    const lens = (line: number, title: string, command: string, className: string, kind: string, options: object) => ({
      line,
      title,
      command,
      arguments: [{ file, uri, className, kind, options }],
    });
    const fast = { fastDevRun: true };
    const found = (await client.codeLenses('lit.ts')).map(({ range, command }) => ({
      line: range.start.line,
      ...command,
    }));
    expect(found).toEqual([
      lens(2, 'Run fast_dev_run', 'lightning.fastDevRun', 'Lit', 'fit', fast),
      lens(2, 'Fit', 'lightning.fit', 'Lit', 'fit', {}),
      lens(10, 'Run fast_dev_run', 'lightning.fastDevRun', 'Scorer', 'test', fast),
      lens(11, 'Run fast_dev_run', 'lightning.fastDevRun', 'default', 'fit', fast),
      lens(11, 'Fit', 'lightning.fit', 'default', 'fit', {}),
    ]);
  });
});

describe('a base class in another file', () => {
  const LIT = "import { Vision } from './vision.js';\nexport class Lit extends Vision {}\n";
  const VISION = GOOD.replaceAll('Lit ', 'Vision ');

  it('that is open: a change of it asks the client to pull again', async () => {
    const client = await start();
    await client.open('vision.ts', VISION);
    await client.open('lit.ts', LIT);
    expect(await client.problems('lit.ts')).toEqual([]);
    await client.replace('vision.ts', 'trainingStep', 'sharedStep');
    await client.refreshed(1);
    expect(await client.problems('lit.ts')).toEqual(['missing-training-step error "Lit"']);
    // Now the base is one that an open file extends.
    expect(await client.problems('vision.ts')).toEqual([]);
    // A change that matters to nobody else is no reason to pull.
    await client.replace('vision.ts', 'batch: unknown', 'batch: object');
    await client.replace('vision.ts', 'sharedStep', 'trainingStep');
    await client.refreshed(2);
    expect(await client.problems('lit.ts')).toEqual([]);
    expect(client.refreshes).toBe(2);
  });

  it('that is only on disk, and changes there', async () => {
    const client = await start();
    client.write('vision.ts', VISION.replace('trainingStep', 'step'));
    await client.open('lit.ts', LIT);
    expect(await client.problems('lit.ts')).toEqual(['missing-training-step error "Lit"']);
    client.write('vision.ts', VISION);
    await client.changedOnDisk('vision.ts');
    await client.refreshed(1);
    expect(await client.problems('lit.ts')).toEqual([]);
  });

  it('that is missing: no module, until it is there', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    expect(await client.problems('lit.ts')).toEqual([]);
    await client.open('vision.ts', VISION.replace('trainingStep', 'step'));
    await client.refreshed(1);
    expect(await client.problems('lit.ts')).toEqual(['missing-training-step error "Lit"']);
    await client.close('vision.ts');
    await client.refreshed(2);
    expect(await client.problems('lit.ts')).toEqual([]);
  });
});

describe('cancellation', () => {
  it('of a request ends it, and leaves the others alone', async () => {
    const client = await start();
    await client.open('lit.ts', EMPTY);
    const release = client.hold();
    const source = new CancellationTokenSource();
    const cancelled = client.report('lit.ts', undefined, source.token);
    const kept = client.report('lit.ts');
    source.cancel();
    const outcome = expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await release('$/cancelRequest');
    await outcome;
    expect(await kept).toMatchObject({ kind: 'full' });
  });
});
