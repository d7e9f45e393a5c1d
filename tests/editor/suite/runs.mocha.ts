import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { runCommand } from './contract.js';
import { inWorkspace, namesIn, open } from './documents.js';

describe('runs', () => {
  it('fast_dev_run of the digits example finishes and leaves no files', async () => {
    await open(inWorkspace('digits.ts'));
    const end = await runCommand('lightning.fastDevRun');
    equal(end?.reason, 'finished', JSON.stringify(end));
    deepEqual(await namesIn(inWorkspace('lightning_logs')), []);
  });

  it('fit writes a checkpoint', async () => {
    await open(inWorkspace('digits.ts'));
    const end = await runCommand('lightning.fit');
    equal(end?.reason, 'finished', JSON.stringify(end));
    const names = await namesIn(inWorkspace('lightning_logs', 'version_0', 'checkpoints'));
    ok(
      names.some((name) => name.endsWith('.ckpt')),
      `checkpoints: ${names.join(', ') || 'none'}`,
    );
  });

  it('stop ends a running fit', async () => {
    await open(inWorkspace('digits.ts'));
    const fit = runCommand('lightning.fit');
    let stopped = await runCommand('lightning.stop');
    // The process is started a few messages later; until then there is nothing to stop.
    while (stopped === undefined) {
      await new Promise((resolve) => setImmediate(resolve)); // lets the extension host go on with starting it
      stopped = await runCommand('lightning.stop');
    }
    equal(stopped.reason, 'stopped', JSON.stringify(stopped));
    deepEqual(await fit, stopped);
  });

  const failing = [
    { file: ['fixtures', 'throwsInConstructor.ts'], message: /no such layer size: -1/, at: 'throw new RangeError' },
    { file: ['fixtures', 'broken', 'doesNotCompile.ts'], message: /Unexpected ";"/, at: 'return batch +;' },
    { file: ['fixtures', 'vectorLoss.ts'], message: /float32 tensor of shape \[3\]/, at: 'trainingStep()' },
    { file: ['fixtures', 'missingData.ts'], message: /no\/such\/train.csv/, at: 'readFileSync(' },
  ];
  for (const { file, message, at } of failing) {
    it(`${file.at(-1)} fails with its own line`, async () => {
      const document = await open(inWorkspace(...file));
      const end = await runCommand('lightning.fastDevRun');
      equal(end?.reason, 'failed', JSON.stringify(end));
      match(end?.error?.message ?? '', message);
      equal(end?.error?.location?.file, document.uri.fsPath);
      ok(document.lineAt((end?.error?.location?.line ?? 0) - 1).text.includes(at), JSON.stringify(end?.error));
    });
  }

  it('a file without a module says what it exports', async () => {
    const { fsPath, ...uri } = inWorkspace('fixtures', 'noModule.ts');
    const runnable = { file: fsPath, uri: String(uri), className: 'Lit', kind: 'fit', options: {} };
    const end = await runCommand('lightning.fit', runnable);
    equal(end?.reason, 'failed', JSON.stringify(end));
    match(end?.error?.message ?? '', /exports no class that extends LightningModule\. It exports answer/);
    equal(end?.error?.location?.file, fsPath);
  });

  it('a truncated checkpoint is named, and left as it is', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const path = inWorkspace('truncated.ckpt');
    const checkpoints = inWorkspace('lightning_logs', 'version_0', 'checkpoints');
    const [name = ''] = (await namesIn(checkpoints)).filter((file) => file.endsWith('.ckpt'));
    const whole = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(checkpoints, name));
    await vscode.workspace.fs.writeFile(path, whole.slice(0, whole.length - 100));
    const run = {
      path: checkpoints.fsPath,
      name: 'version_0',
      moduleName: 'LitDigits',
      moduleFile: inWorkspace('digits.ts').fsPath,
    };
    const item = { kind: 'checkpoint', folder, run, checkpoint: { path: path.fsPath } };
    const end = await runCommand('lightning.resumeFromCheckpoint', item);
    equal(end?.reason, 'failed', JSON.stringify(end));
    match(end?.error?.message ?? '', /truncated\.ckpt is truncated/);
    equal((await vscode.workspace.fs.readFile(path)).length, whole.length - 100);
  });
});
