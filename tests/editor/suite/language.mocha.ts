import { equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { codeLenses, codeOf, diagnosticWhere, inWorkspace, open } from './documents.js';

describe('a module in the editor', () => {
  it('without trainingStep has a diagnostic on its name', async () => {
    const document = await open(inWorkspace('fixtures', 'missingTrainingStep.ts'));
    const found = await diagnosticWhere(document.uri, (one) => codeOf(one) === 'missing-training-step');
    equal(found.source, 'lightning');
    equal(found.severity, vscode.DiagnosticSeverity.Error);
    equal(document.getText(found.range), 'Untrainable');
    match(found.message, /trainingStep/);
  });

  it('has the lens that runs it fast', async () => {
    const faulty = await open(inWorkspace('fixtures', 'missingTrainingStep.ts'));
    // Providers are registered before the first diagnostic arrives; there is no event of their own to await.
    await diagnosticWhere(faulty.uri, (one) => one.source === 'lightning');
    const document = await open(inWorkspace('digits.ts'));
    const lenses = await codeLenses(document.uri);
    const lens = lenses.find((one) => one.command?.title.includes('Run fast_dev_run'));
    ok(lens, `lenses: ${lenses.map((one) => one.command?.title).join(', ') || 'none'}`);
    match(document.lineAt(lens.range.start.line).text, /class \w+ extends LightningModule/);
    equal(lens.command?.command, 'lightning.fastDevRun');
  });
});
