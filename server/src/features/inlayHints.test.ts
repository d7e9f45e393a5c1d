import { describe, expect, it } from 'vitest';
import { inlayHintsIn } from './inlayHints.js';
import { open } from './testing.js';

const IMPORT = "import { DataLoader, Trainer } from 'lightning-tfjs';\n";

function hints(text: string): readonly string[] {
  const { document, analyzer } = open({ 'lit.ts': IMPORT + text });
  const whole = { start: 0, end: document.getText().length };
  return inlayHintsIn(document, whole, analyzer).map(({ label, position }) => {
    const before = document.getText().slice(0, document.offsetAt(position));
    return `${/[\w.]+: \S+$/.exec(before)?.[0]} ${label}`;
  });
}

describe('inlay hints', () => {
  it.each([
    ['limitTrainBatches: 0.25', ['limitTrainBatches: 0.25 25 %']],
    ['limitValBatches: 1', ['limitValBatches: 1 1 batch']],
    ['limitTestBatches: 20', ['limitTestBatches: 20 20 batches']],
    ['limitValBatches: 0', ['limitValBatches: 0 no validation']],
    ['overfitBatches: 0', []],
    ['valCheckInterval: 0.5', ['valCheckInterval: 0.5 every 50 % of the epoch']],
    ['valCheckInterval: 100', ['valCheckInterval: 100 every 100 batches']],
    ["limitTrainBatches: '25%'", []],
    ['limitTrainBatches: share', []],
    ['limitTrainBatches: -1', []],
    ['maxEpochs: 3', []],
  ])('%s', (option, expected) => {
    expect(hints(`new Trainer({ ${option} });`)).toEqual(expected);
  });

  it('say how many samples an update sees', () => {
    const loader = 'new DataLoader(data, { batchSize: 32 });\n';
    expect(hints(`${loader}new Trainer({ accumulateGradBatches: 4 });`)).toEqual([
      'accumulateGradBatches: 4 = 128 samples',
    ]);
    expect(hints(`${loader}new Trainer({ accumulateGradBatches: 1 });`)).toEqual([]);
  });

  it('do not where loaders differ, or where the size is no literal', () => {
    const two = 'new DataLoader(a, { batchSize: 32 });\nnew DataLoader(b, { batchSize: 8 });\n';
    expect(hints(`${two}new Trainer({ accumulateGradBatches: 4 });`)).toEqual([]);
    expect(hints('new DataLoader(a, { batchSize: f() });\nnew Trainer({ accumulateGradBatches: 4 });')).toEqual([]);
  });

  it('are of the part that is shown only', () => {
    const { document, analyzer } = open({ 'lit.ts': `${IMPORT}new Trainer({ limitTrainBatches: 0.5 });` });
    expect(inlayHintsIn(document, { start: 0, end: IMPORT.length }, analyzer)).toEqual([]);
  });
});
