import { describe, expectTypeOf, it } from 'vitest';
import { LightningDataModule, LightningModule } from './index.js';

class Lit extends LightningModule {
  constructor(override readonly hparams = { lr: 1e-3, layers: [32, 16] }) {
    super();
  }
}

class Data extends LightningDataModule {
  constructor(override readonly hparams: { batchSize: number }) {
    super();
  }
}

class Plain extends LightningModule {}

class Positional extends LightningModule {
  constructor(
    readonly lr: number,
    readonly size: number,
  ) {
    super();
  }
}

describe('loadFromCheckpoint', () => {
  it('gives an instance of the class that it is called on', () => {
    const load = async () => [await Lit.loadFromCheckpoint('a'), await Data.loadFromCheckpoint('a')] as const;
    expectTypeOf(load).returns.resolves.toEqualTypeOf<readonly [Lit, Data]>();
  });

  it('takes some of the constructor’s hyperparameters, and no others', () => {
    const load = () => [
      Lit.loadFromCheckpoint('a', { lr: 1 }, { strict: false, hparamsFile: 'hparams.yaml' }),
      Data.loadFromCheckpoint('a', { batchSize: 1 }),
      Plain.loadFromCheckpoint('a', {}),
      // @ts-expect-error a misspelt hyperparameter
      Lit.loadFromCheckpoint('a', { rl: 1 }),
      // @ts-expect-error of another type
      Data.loadFromCheckpoint('a', { batchSize: '1' }),
      // @ts-expect-error a data module has no weights to be strict about
      Data.loadFromCheckpoint('a', {}, { strict: true }),
      // @ts-expect-error the constructor takes none
      Plain.loadFromCheckpoint('a', { lr: 1 }),
      // @ts-expect-error hyperparameters stand in one object
      Positional.loadFromCheckpoint('a', { lr: 1 }),
      // @ts-expect-error nobody knows what to make
      LightningModule.loadFromCheckpoint('a'),
    ];
    expectTypeOf(load).toBeFunction();
  });
});
