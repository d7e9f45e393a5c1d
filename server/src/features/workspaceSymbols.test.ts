import { describe, expect, it } from 'vitest';
import { MEMORY_ROOT } from '../analysis/memoryHost.js';
import { open } from './testing.js';
import { classAt, itemOf } from './typeHierarchy.js';
import { workspaceSymbols } from './workspaceSymbols.js';

const { analyzer } = open({
  'lit.ts': `import { LightningModule } from 'lightning-tfjs';
export class Vision extends LightningModule { trainingStep() {} helper() {} }
export class LitDigits extends Vision { validationStep() {} }
`,
  'data.ts': `import { Callback, LightningDataModule } from 'lightning-tfjs';
export class DigitsData extends LightningDataModule { setup() {} }
export class Watch extends Callback { setup() {} }
class Plain { trainingStep() {} }
`,
});

describe('workspace symbols', () => {
  it.each([
    ['', ['Vision', 'LitDigits', 'DigitsData', 'Watch']],
    ['digits', ['LitDigits', 'DigitsData']],
    ['LitDi.val', ['LitDigits.validationStep']],
    ['tstep', ['Vision.trainingStep', 'LitDigits.validationStep']],
    ['Watch.set', ['Watch.setup']],
    ['helper', []],
    ['nothing like it', []],
  ])('%s', (query, expected) => {
    const names = workspaceSymbols(query, analyzer).map(({ name, containerName, kind }) =>
      kind === 5 ? name : `${containerName}.${name}`,
    );
    expect(names).toEqual(expected);
  });

  it('say where they are', () => {
    const [symbol] = workspaceSymbols('DigitsData', analyzer);
    expect(symbol?.location).toEqual({
      uri: `${MEMORY_ROOT}data.ts`,
      range: { start: { line: 1, character: 13 }, end: { line: 1, character: 23 } },
    });
  });
});

describe('the type hierarchy', () => {
  it('finds the class around a place, its base and its subclasses', () => {
    const text = analyzer.facts(`${MEMORY_ROOT}lit.ts`)?.text ?? '';
    const vision = classAt(`${MEMORY_ROOT}lit.ts`, text.indexOf('trainingStep'), analyzer);
    expect(vision && itemOf(vision)).toMatchObject({ name: 'Vision', detail: 'LightningModule' });
    expect(vision && analyzer.subclasses(vision).map((each) => itemOf(each).name)).toEqual(['LitDigits']);
    expect(vision && analyzer.superclass(vision)).toBeUndefined();
  });
});
