import { describe, expect, it } from 'vitest';
import { open } from '../testing.js';
import { moduleSequence } from './moduleSequence.js';
import type { HookSequenceNode, HookSequenceParams } from './protocol.js';

const FILE = `import { Callback, LightningDataModule, LightningModule, optim, Trainer } from 'lightning-tfjs';
class Watch extends Callback {
  override onTrainEpochEnd() {}
}
export class Base extends LightningModule {
  trainingStep() {}
}
export class Lit extends Base {
  validationStep() {}
  configureOptimizers() { return new optim.Adam(this.parameters()); }
}
export class Data extends LightningDataModule {
  trainDataloader() { return []; }
  valDataloader() { return []; }
}
`;

function sequence(text: string, params: Partial<HookSequenceParams> = {}) {
  const { document, analyzer } = open({ 'lit.ts': text });
  return moduleSequence(document.uri, { textDocument: { uri: document.uri }, className: 'Lit', ...params }, analyzer);
}

/** `hook` of the module, `Class.hook` of others; loops and conditions with their labels; two spaces a level. */
function drawn(nodes: readonly HookSequenceNode[] = [], depth = 0): string[] {
  return nodes.flatMap((node) => {
    const label =
      node.type !== 'call' ? `[${node.label}]` : node.owner === 'module' ? node.hook : `${node.by}.${node.hook}`;
    const mark = node.type === 'call' && node.isOverridden ? '*' : '';
    return [`${'  '.repeat(depth)}${label}${mark}`, ...drawn(node.children, depth + 1)];
  });
}

describe('the hook sequence of a module', () => {
  it('is what fit calls, its own hooks marked', () => {
    const made =
      sequence(`${FILE}const trainer = new Trainer({ accumulateGradBatches: 2, numSanityValSteps: 0, callbacks: [new Watch()] });
await trainer.fit(new Lit(), { datamodule: new Data() });
`);
    expect(made?.options).toEqual({ accumulateGradBatches: 2, numSanityValSteps: 0 });
    const lines = drawn(made?.nodes);
    expect(lines.slice(0, 9)).toEqual([
      'configureCallbacks',
      'Data.prepareData',
      'Data.setup',
      'setup',
      'configureOptimizers*',
      'onFitStart',
      'Data.trainDataloader*',
      'Data.valDataloader*',
      'onTrainStart',
    ]);
    expect(lines).toContain('    [gradients are being added up]');
    expect(lines).toContain('      trainingStep*');
    expect(lines).toContain('      optimizerStep');
    expect(lines.slice(lines.indexOf('  Watch.onTrainEpochEnd*'))[1]).toBe('  onTrainEpochEnd');
  });

  it('says where an overridden hook stands, in a base too', () => {
    const find = (nodes: readonly HookSequenceNode[]): HookSequenceNode[] =>
      nodes.flatMap((node) => [node, ...find(node.children)]);
    const made = sequence(FILE);
    const calls = find(made?.nodes ?? []).flatMap((node) => (node.type === 'call' ? [node] : []));
    expect(calls.find(({ hook }) => hook === 'trainingStep')?.location?.range.start).toEqual({ line: 5, character: 2 });
    expect(calls.find(({ hook }) => hook === 'onTrainStart')?.location).toBeNull();
  });

  it('takes the options that it is given', () => {
    expect(drawn(sequence(FILE, { options: { limitTrainBatches: 0 } })?.nodes)).not.toContain('onTrainStart');
    expect(drawn(sequence(FILE, { options: { checkValEveryNEpoch: 3 } })?.nodes).join('\n')).toContain(
      '[every 3 epochs]',
    );
  });

  it('is that of a run in another file', () => {
    const main = `import { Trainer } from 'lightning-tfjs';
import { Data, Lit } from './lit.js';
await new Trainer({ maxEpochs: 3 }).fit(new Lit(), { datamodule: new Data() });
const trainer = new Trainer({ limitTestBatches: 2, logger: someLogger });
await trainer.test(new Lit(), { datamodule: new Data() });
`;
    const { document, analyzer } = open({
      'lit.ts': FILE.replace(
        'export class Data',
        'export class Other extends LightningDataModule {}\nexport class Data',
      ),
      'main.ts': main,
    });
    const params = { textDocument: document, className: 'Lit', kind: 'test' } as const;
    const made = moduleSequence(document.uri, params, analyzer);
    expect(made?.options).toEqual({ limitTestBatches: 2 });
    expect(drawn(made?.nodes)).toContain('Data.setup');
  });

  it('of manual optimization leaves the updates to the step', () => {
    const lines = drawn(sequence(FILE.replace('validationStep() {}', 'automaticOptimization = false;'))?.nodes);
    expect(lines).toContain('      [each manualBackward(loss)]');
    expect(lines).not.toContain('    optimizerStep');
  });

  it.each(['validate', 'test', 'predict'] as const)('of %s', (kind) => {
    const lines = drawn(sequence(FILE, { kind })?.nodes);
    expect(lines.at(-1)).toBe('teardown');
    expect(lines).not.toContain('onFitStart');
  });

  it('is null without such a module, and for a kind that there is not', () => {
    expect(sequence(FILE, { className: 'Other' })).toBeNull();
    expect(sequence(FILE, { kind: 'tune' as never })).toBeNull();
  });
});
