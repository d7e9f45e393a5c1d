import { HOOK_NAMES, type HookName } from 'lightning-tfjs/hooks';
import { describe, expect, it } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver/node';
import { hookDocs, mayDefine } from './hookDocs.js';
import { hoverAt } from './hover.js';
import { OPTION_NAMES, optionDocs } from './optionDocs.js';
import { open } from './testing.js';

const IMPORT = "import { Callback, LightningModule, Trainer } from 'lightning-tfjs';\n";

function hover(text: string): string | null {
  const { document, offset, analyzer } = open({ 'lit.ts': text });
  const found = hoverAt(document, offset, analyzer);
  return found && (found.contents as MarkupContent).value;
}

describe('hover', () => {
  it('on a hook says what it is for, when it is called, and whether log is allowed', () => {
    const text = hover(`${IMPORT}class Lit extends LightningModule {\n  training|Step(batch: unknown) {}\n}`);
    expect(text).toContain('trainingStep(batch: unknown, batchIdx: number)');
    expect(text).toContain('Hook of LightningModule. For each training batch: returns the loss');
    expect(text).toContain('In `fit`: called after `optimizerStep`, before `onBeforeZeroGrad` of callbacks.');
    expect(text).toContain('`log` is allowed: by default a value of each step.');
  });

  it.each([
    ['onTrainEpochEnd', 'for values of the epoch only'],
    ['onFitStart', '`log` is an error here.'],
    ['validationStep', 'by default a value of each epoch'],
    ['testStep', 'In `test`'],
    ['predictStep', 'In `predict`'],
  ])('%s: %s', (hook, expected) => {
    expect(hover(`${IMPORT}class Lit extends LightningModule {\n  ${hook}|() {}\n}`)).toContain(expected);
  });

  it('on a callback’s hook has its arguments', () => {
    const text = hover(`${IMPORT}class A extends Callback {\n  on|TrainStart() {}\n}`);
    expect(text).toContain('onTrainStart(trainer: Trainer, module: LightningModule)');
    expect(text).toContain('before `onTrainStart` of the module');
  });

  it('on an option of a Trainer has its type, its purpose and its default', () => {
    const text = hover(`${IMPORT}new Trainer({ accumulate|GradBatches: 4 });`);
    expect(text).toContain('accumulateGradBatches: number');
    expect(text).toContain('Add up the gradients');
    expect(text).toContain('Default: `1`');
  });

  it.each([
    ['another method', `${IMPORT}class Lit extends LightningModule {\n  my|Own() {}\n}`],
    ['a hook of another kind of class', `${IMPORT}class Lit extends LightningModule {\n  onSanity|CheckStart() {}\n}`],
    ['a class of somebody else', 'class Lit extends Other {\n  training|Step() {}\n}'],
    ['an option of another class', 'new Trainer({ max|Epochs: 1 });'],
    ['a value', `${IMPORT}new Trainer({ maxEpochs: 1|1 });`],
  ])('on %s says nothing', (_name, text) => {
    expect(hover(text)).toBeNull();
  });
});

describe('documentation', () => {
  it('is there for every hook of every kind of class', () => {
    const kinds = ['module', 'datamodule', 'callback'] as const;
    const all = kinds.flatMap((kind) =>
      HOOK_NAMES.filter((hook) => mayDefine(kind, hook)).map((hook) => ({ hook, kind, docs: hookDocs(hook, kind) })),
    );
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(({ docs }) => !docs.includes('`log` is'))).toEqual([]);
    // Only hooks of checkpoints and of failures have no place of their own.
    const placeless = new Set(all.filter(({ docs }) => !docs.includes('called ')).map(({ hook }) => hook));
    const expected: HookName[] = ['onSaveCheckpoint', 'onLoadCheckpoint', 'stateDict', 'loadStateDict', 'onException'];
    expect([...placeless].filter((hook) => !expected.includes(hook))).toEqual(['tbpttSplitBatch']);
  });

  it('is there for every option', () => {
    expect(OPTION_NAMES.every((name) => optionDocs(name).includes(`${name}: `))).toBe(true);
  });
});
