import { describe, expect, it } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { open } from '../testing.js';
import { completions, resolveCompletion } from './completions.js';

const IMPORT = "import { Callback, LightningDataModule, LightningModule, Trainer } from 'lightning-tfjs';\n";

function complete(text: string, { snippets = false, name = 'lit.ts', others = {} } = {}) {
  const opened = open({ [name]: text, ...others });
  const { document, offset, analyzer } = opened;
  const items = completions(document, offset, { analyzer, client: { snippets }, folders: [] });
  return { items, document, labels: items.map(({ label }) => label) };
}

/** The text after an item was taken. */
function taken(document: TextDocument, item: CompletionItem | undefined): string {
  return TextDocument.applyEdits(document, [item?.textEdit as TextEdit, ...(item?.additionalTextEdits ?? [])]);
}

describe('in the body of a class', () => {
  it.each([
    ['LightningModule', 'trainingStep', 'onSanityCheckStart'],
    ['LightningDataModule', 'prepareData', 'trainingStep'],
    ['Callback', 'onSanityCheckStart', 'trainingStep'],
  ])('a %s gets its own hooks', (base, has, hasNot) => {
    const { labels } = complete(`${IMPORT}class A extends ${base} {\n  |\n}`);
    expect(labels).toContain(has);
    expect(labels).not.toContain(hasNot);
  });

  it.each([
    ['a name that is being typed', `${IMPORT}class A extends LightningModule {\n  validation|\n}`],
    ['after another member', `${IMPORT}class A extends LightningModule {\n  x = 1;\n  val|\n  y = 2;\n}`],
    ['after override', `${IMPORT}class A extends LightningModule {\n  override val|\n}`],
    ['where the end is missing', `${IMPORT}class A extends LightningModule {\n  val|\n`],
    ['in JavaScript', `${IMPORT}export class A extends LightningModule {\n  val|\n}`],
    ['through a base', `${IMPORT}class B extends LightningModule {}\nclass A extends B {\n  val|\n}`],
  ])('%s', (_name, text) => {
    expect(complete(text).labels).toContain('validationStep');
  });

  it('leaves out the hooks that are there', () => {
    const { labels } = complete(`${IMPORT}class A extends LightningModule {\n  trainingStep() {}\n  |\n}`);
    expect(labels).not.toContain('trainingStep');
    expect(labels).toContain('validationStep');
  });

  it.each([
    ['inside a method', `${IMPORT}class A extends LightningModule {\n  trainingStep() { | }\n}`],
    ['inside an initializer', `${IMPORT}class A extends LightningModule {\n  x = |;\n}`],
    ['in another class', 'class A extends Other {\n  |\n}'],
    ['outside of classes', `${IMPORT}|`],
    ['in a comment', `${IMPORT}class A extends LightningModule {\n  // |\n}`],
  ])('nothing %s', (_name, text) => {
    expect(complete(text).labels).toEqual([]);
  });

  it('writes a whole method, with the types it needs', () => {
    const { items, document } = complete(
      "import { Callback } from 'lightning-tfjs';\nclass A extends Callback {\n  onSave|\n}\n",
    );
    const item = items.find(({ label }) => label === 'onSaveCheckpoint');
    expect(taken(document, item)).toBe(
      `import { Callback, type Trainer, type LightningModule, type Checkpoint } from 'lightning-tfjs';
class A extends Callback {
  onSaveCheckpoint(trainer: Trainer, module: LightningModule, checkpoint: Checkpoint) {
    
  }
}
`,
    );
  });

  it('writes none in JavaScript', () => {
    const { items, document } = complete(`${IMPORT}class A extends LightningModule {\n  training|\n}\n`, {
      name: 'lit.js',
    });
    const item = items.find(({ label }) => label === 'trainingStep');
    expect(taken(document, item)).toContain('  trainingStep(batch, batchIdx) {\n    return loss;\n  }\n');
  });

  it('says override where others do, once', () => {
    const others = 'override testStep() {}';
    const before = complete(`${IMPORT}class A extends LightningModule {\n  ${others}\n  pred|\n}`);
    const item = before.items.find(({ label }) => label === 'predictStep');
    expect(taken(before.document, item)).toContain('\n  override predictStep(');
    const after = complete(`${IMPORT}class A extends LightningModule {\n  ${others}\n  override pred|\n}`);
    expect(
      taken(
        after.document,
        after.items.find(({ label }) => label === 'predictStep'),
      ),
    ).toContain('\n  override predictStep(');
  });

  it('is a snippet for editors that have these', () => {
    const { items } = complete(`${IMPORT}class A extends LightningModule {\n  |\n}`, { snippets: true });
    const edit = items.find(({ label }) => label === 'configureOptimizers')?.textEdit;
    expect(edit?.newText).toContain(`new \${1:optim.Adam}(this.parameters()`);
  });

  it('documents a hook when it is shown', () => {
    const { items } = complete(`${IMPORT}class A extends LightningModule {\n  |\n}`);
    const item = items.find(({ label }) => label === 'onTrainStart');
    expect(item?.documentation).toBeUndefined();
    expect(JSON.stringify(resolveCompletion(item!))).toContain('before the first epoch');
  });
});

describe('in the options of a Trainer', () => {
  it.each([
    ['an empty object', `${IMPORT}new Trainer({ | });`],
    ['a name that is being typed', `${IMPORT}new Trainer({ maxEpochs: 1, accum|  });`],
    ['an alias', "import { Trainer as T } from 'lightning-tfjs';\nnew T({ | });"],
    ['a namespace', "import * as L from 'lightning-tfjs';\nnew L.Trainer({ | });"],
    ['require', "const { Trainer } = require('lightning-tfjs');\nnew Trainer({ | });"],
  ])('%s', (_name, text) => {
    const { labels } = complete(text);
    expect(labels).toContain('accumulateGradBatches');
    expect(labels).not.toContain('trainingStep');
  });

  it('leaves out those that are given', () => {
    expect(complete(`${IMPORT}new Trainer({ maxEpochs: 1, | });`).labels).not.toContain('maxEpochs');
  });

  it.each([
    ['a choice', "new Trainer({ engine: '|' })", ['wasm', 'cpu']],
    ['a choice without quotes', 'new Trainer({ engine: | })', ["'wasm'", "'cpu'"]],
    ['a flag', 'new Trainer({ fastDevRun: | })', ['true', 'false']],
    ['a flag that is being typed', 'new Trainer({ detectAnomaly: tr| })', ['true', 'false']],
  ])('values of %s', (_name, text, expected) => {
    expect(complete(IMPORT + text).labels).toEqual(expected);
  });

  it.each([
    ['of another class', "import { Trainer } from 'elsewhere';\nnew Trainer({ | });"],
    ['in an object inside', `${IMPORT}new Trainer({ logger: { | } });`],
  ])('nothing %s', (_name, text) => {
    expect(complete(text).labels).toEqual([]);
  });
});

describe('in strings', () => {
  const LOGGING = `${IMPORT}export class Lit extends LightningModule {
  validationStep() { this.log('val_loss', 1); this.logDict({ val_acc: 1 }); }
  trainingStep() { this.log('loss', 1, { onStep: true, onEpoch: true }); }
}
`;

  it('a monitor is one of the logged names, of other files too', () => {
    const { items, document } = complete(`${IMPORT}new Thing({ monitor: 'v|' });`, { others: { 'other.ts': LOGGING } });
    expect(items.map(({ label }) => label)).toEqual(['val_loss', 'val_acc', 'loss', 'loss_step', 'loss_epoch']);
    expect(taken(document, items[0])).toContain("monitor: 'val_loss'");
    expect(items[0]?.detail).toBe('logged by Lit.validationStep');
  });

  it('a monitor whose quote is not closed yet', () => {
    const { items, document } = complete(`${LOGGING}new Thing({ monitor: 'v|`);
    expect(taken(document, items[0])).toContain("monitor: 'val_loss");
  });

  it('a ckptPath is best or last, too', () => {
    expect(complete("trainer.fit(module, { ckptPath: '|' });").labels).toEqual(['best', 'last']);
  });
});
