import { describe, expect, it } from 'vitest';
import { MEMORY_ROOT } from '../../analysis/memoryHost.js';
import { open } from '../testing.js';
import { workspaceModules } from './workspaceModules.js';

const { analyzer } = open({
  'lit.ts': `import { LightningModule } from 'lightning-tfjs';
export abstract class Vision extends LightningModule { validationStep() {} helper() {} }
export class LitDigits extends Vision { trainingStep() {} }
`,
  'data.ts': `import { Callback, LightningDataModule } from 'lightning-tfjs';
export class DigitsData extends LightningDataModule { trainDataloader() {} }
export class Watch extends Callback { onFitStart() {} static setup() {} }
class Plain { trainingStep() {} }
`,
});

describe('the modules of the workspace', () => {
  const modules = workspaceModules(analyzer);

  it('are the classes that the Trainer knows, modules first', () => {
    expect(modules.map(({ kind, name, isAbstract }) => [kind, name, isAbstract])).toEqual([
      ['module', 'LitDigits', false],
      ['module', 'Vision', true],
      ['datamodule', 'DigitsData', false],
      ['callback', 'Watch', false],
    ]);
  });

  it('have their own hooks and inherited ones, and no other methods', () => {
    const hooks = (name: string) =>
      modules.find((each) => each.name === name)?.hooks.map((hook) => [hook.name, hook.inheritedFrom]);
    expect(hooks('LitDigits')).toEqual([
      ['trainingStep', null],
      ['validationStep', 'Vision'],
    ]);
    expect(hooks('DigitsData')).toEqual([['trainDataloader', null]]);
    expect(hooks('Watch')).toEqual([['onFitStart', null]]);
  });

  it('name what a module lacks that is to be trained, and nothing for a base', () => {
    const missing = (name: string) => modules.find((each) => each.name === name)?.missing.map((hook) => hook.name);
    expect(missing('LitDigits')).toEqual(['configureOptimizers']);
    expect(missing('Vision')).toEqual([]);
    expect(missing('DigitsData')).toEqual([]);
  });

  it('say where a hook stands', () => {
    const [first] = modules;
    expect(first?.hooks[0]?.location).toEqual({
      uri: `${MEMORY_ROOT}lit.ts`,
      range: { start: { line: 2, character: 40 }, end: { line: 2, character: 52 } },
    });
  });
});
