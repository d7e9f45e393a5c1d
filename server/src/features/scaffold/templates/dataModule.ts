import { classifier } from './classifier.js';
import { dataOf, type Template } from './template.js';

/** Points of three classes, with their labels. */
export const dataModule: Template = {
  label: 'Data module',
  description: 'Loaders for training, validation, test and prediction in one class',
  defaultName: 'LitDataModule',
  ...dataOf(classifier),
  declares: [],
  test: {
    imports: ['DataLoader'],
    text: `import { $Name } from '$File';

describe('$Name', () => {
  it('has loaders with batches', () => {
    const data = new $Name({ batchSize: 8 });
    const loaders = [data.trainDataloader(), data.valDataloader(), data.testDataloader()];
    expect(loaders.every((loader) => loader instanceof DataLoader && loader.length !== 0)).toBe(true);
  });
});
`,
  },
};
