import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestEngine, TinyModule } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { ModelSummary } from './modelSummary.js';
import { summarizeModule } from './moduleSummary.js';
import { humanCount, summaryTable } from './summaryTable.js';
import { fitScripted } from './testing/scripted.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

/** The layers of the module that the tables below were recorded with. */
class Recorded extends TinyModule {
  readonly emb = tf.layers.dense({ units: 2, inputShape: [1000], trainable: false });
  readonly w = tf.variable(tf.zeros([5]));
  constructor() {
    super();
    this.emb.build([null, 1000]);
  }
}

async function table(maxDepth: number, withExample: boolean): Promise<string> {
  const module = new Recorded();
  if (withExample) module.exampleInputArray = tf.zeros([2, 4]);
  const text = summaryTable(await summarizeModule(module, maxDepth));
  tf.dispose(module.exampleInputArray as tf.Tensor);
  module.dispose();
  return text;
}

const TOTALS = `
24        Trainable params
2.0 K     Non-trainable params
2.0 K     Total params
0.008     Total estimated model params size (MB)`;

describe('ModelSummary', () => {
  // Recorded from PyTorch Lightning 2.6.6, with our names of classes; its third layer is the activation, which is in ours.
  it('shows layers, sizes and operations', async () => {
    expect(await table(1, true)).toBe(
      `  | Name         | Type       | Params | Mode  | FLOPs | In sizes | Out sizes
-----------------------------------------------------------------------------------
0 | net          | Sequential | 19     | train | 60    | [2, 4]   | [2, 1]   
1 | emb          | Dense      | 2.0 K  | train | 0     | ?        | ?        
  | other params | n/a        | 5      | n/a   | n/a   | n/a      | n/a      
-----------------------------------------------------------------------------------${TOTALS}
4         Modules in train mode
0         Modules in eval mode
60        Total Flops`,
    );
  });

  it('shows layers inside layers', async () => {
    const lines = (await table(-1, true)).split('\n');
    expect(lines.slice(2, 6)).toEqual([
      '0 | net          | Sequential | 19     | train | 60    | [2, 4]   | [2, 1]   ',
      '1 | net.0        | Dense      | 15     | train | 48    | [2, 4]   | [2, 3]   ',
      '2 | net.1        | Dense      | 4      | train | 12    | [2, 3]   | [2, 1]   ',
      '3 | emb          | Dense      | 2.0 K  | train | 0     | ?        | ?        ',
    ]);
  });

  it('leaves out sizes without an example', async () => {
    const [header, , row] = (await table(1, false)).split('\n');
    expect(header).toBe('  | Name         | Type       | Params | Mode  | FLOPs');
    expect(row).toBe('0 | net          | Sequential | 19     | train | 0    ');
  });

  it('counts the operations of convolutions, and leaves no tensor behind', async () => {
    class Convolving extends TinyModule {
      readonly conv = tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 3] });
      constructor() {
        super();
        this.conv.build([null, 5, 5, 3]);
      }
      override forward(x: tf.Tensor): tf.Tensor {
        return this.conv.apply(x) as tf.Tensor;
      }
    }
    const module = new Convolving();
    module.exampleInputArray = tf.zeros([1, 5, 5, 3]);
    const before = tf.memory().numTensors;
    const { parts, flops } = await summarizeModule(module, 1);
    expect(tf.memory().numTensors).toBe(before);
    expect(parts.find(({ name }) => name === 'conv')).toMatchObject({ outSize: '[1, 3, 3, 2]', flops: 972 });
    expect(flops).toBe(972); // 2 · 3·3·2 outputs · 3·3·3 products
    tf.dispose(module.exampleInputArray as tf.Tensor);
    module.dispose();
  });

  it.each<[object, number]>([
    [{}, 1],
    [{ maxDepth: 0 }, 0],
  ])('prints when fit begins, with %o', async (options, times) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const module = new TinyModule();
    (await fitScripted(module, { callbacks: new ModelSummary(options), maxEpochs: 1 })).dispose();
    expect(log.mock.calls.filter(([text]) => String(text).includes('Total params'))).toHaveLength(times);
    module.dispose();
  });

  it('refuses another depth', () => {
    expect(() => new ModelSummary({ maxDepth: -2 })).toThrow('-1, 0 or > 0');
  });
});

describe('humanCount', () => {
  it.each([
    [123, '123'],
    [1234, '1.2 K'],
    [2e6, '2.0 M'],
    [4e14, '400 T'],
    [5e15, '5,000 T'],
  ])('%d', (count, text) => {
    expect(humanCount(count)).toBe(text);
  });
});
