import { describe, expectTypeOf, it } from 'vitest';
import { CombinedLoader, DataLoader } from '../data/index.js';
import * as optim from '../optim/index.js';
import * as tf from '../tf.js';
import { LightningModule, type LightningOptimizer } from './index.js';

class Lit extends LightningModule {
  constructor(override readonly hparams = { lr: 1e-3, layers: [32, 16] }) {
    super();
    this.saveHyperparameters(hparams);
  }

  override trainingStep([x, y]: [tf.Tensor2D, tf.Tensor1D], batchIdx: number) {
    expectTypeOf(batchIdx).toEqualTypeOf<number>();
    expectTypeOf(x).toEqualTypeOf<tf.Tensor2D>();
    return { loss: y as unknown as tf.Scalar, extra: x };
  }
}

class LitAsync extends LightningModule<{ lr: number }> {
  override async trainingStep() {
    return undefined;
  }
}

/** Two optimizers by hand, named loaders, and the hooks of 1.6. */
class LitManual extends LightningModule {
  override automaticOptimization = false;
  override truncatedBpttSteps = 2;

  override async trainingStep(batch: { a: tf.Tensor }, _batchIdx: number, _hiddens?: tf.Tensor) {
    const [first] = this.optimizers();
    const [raw] = this.optimizers({ usePlOptimizer: false });
    expectTypeOf(first).toEqualTypeOf<LightningOptimizer | undefined>();
    expectTypeOf(raw).toEqualTypeOf<optim.Optimizer | undefined>();
    const loss = await first?.step(() => tf.sum(batch.a) as tf.Scalar);
    expectTypeOf(loss).toEqualTypeOf<tf.Scalar | undefined>();
  }

  override trainingStepEnd(parts: readonly { loss: tf.Scalar }[]) {
    return parts[0];
  }

  override trainingEpochEnd(outputs: readonly { loss: tf.Scalar }[]) {
    this.log('batches', outputs.length);
  }

  override validationEpochEnd(outputs: number[]) {
    this.log('count', outputs.length);
  }

  override trainDataloader() {
    return { a: new DataLoader([1, 2]), b: [new DataLoader([3]), new CombinedLoader([new DataLoader([4])])] };
  }

  override configureOptimizers() {
    return [new optim.SGD(this.parameters(), { lr: 1 }), new optim.Adam(this.parameters())];
  }
}

describe('LightningModule', () => {
  it('knows manual optimization, several loaders, and the hooks of 1.6', () => {
    expectTypeOf<LitManual>().toExtend<LightningModule>();
  });

  it('keeps the types of the user’s hyperparameters', () => {
    expectTypeOf<Lit['hparams']>().toEqualTypeOf<{ lr: number; layers: number[] }>();
    expectTypeOf<LitAsync['hparams']>().toEqualTypeOf<{ lr: number }>();
  });

  it('lets a step declare the batch it gets, and be async', () => {
    expectTypeOf<Parameters<Lit['trainingStep']>[0]>().toEqualTypeOf<[tf.Tensor2D, tf.Tensor1D]>();
    expectTypeOf<ReturnType<LitAsync['trainingStep']>>().toEqualTypeOf<Promise<undefined>>();
  });

  it('gives parameters to the optimizers as they are', () => {
    expectTypeOf<ReturnType<LightningModule['parameters']>>().toEqualTypeOf<tf.Variable[]>();
    expectTypeOf<optim.SGDOptions['lr']>().toEqualTypeOf<number | undefined>();
  });

  it('refuses what is no option and no value', () => {
    const log = (_module: Lit) => {
      // @ts-expect-error a misspelt option does not compile
      _module.log('loss', 1, { progbar: true });
      // @ts-expect-error text cannot be logged
      _module.log('loss', 'low');
      // @ts-expect-error another reduction does not exist
      _module.log('loss', 1, { reduceFx: 'median' });
    };
    expectTypeOf(log).toBeFunction();
  });
});
