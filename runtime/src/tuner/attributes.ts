import type { LightningDataModule, LightningModule } from '../core/index.js';

/**
 * Where a tuned value may stand: as a field of the module, in its hyperparameters, and the same in the data module. Source: PyTorch
 * Lightning, `utilities/parsing.py`.
 */
function holdersOf(
  module: LightningModule,
  datamodule: LightningDataModule | undefined,
  name: string,
): readonly object[] {
  const owners = [module, module.hparams, ...(datamodule ? [datamodule, datamodule.hparams] : [])];
  return owners.filter((owner) => name in owner);
}

/** True when module or data module have such a value. */
export function hasAttribute(
  module: LightningModule,
  datamodule: LightningDataModule | undefined,
  name: string,
): boolean {
  return holdersOf(module, datamodule, name).length > 0;
}

/** The value of the last one that has it. */
export function attributeOf(
  module: LightningModule,
  datamodule: LightningDataModule | undefined,
  name: string,
): unknown {
  const holder = holdersOf(module, datamodule, name).at(-1);
  return holder && Reflect.get(holder, name);
}

/** Sets the value in all that have it. */
export function setAttribute(
  module: LightningModule,
  datamodule: LightningDataModule | undefined,
  name: string,
  value: number,
): void {
  for (const holder of holdersOf(module, datamodule, name)) Reflect.set(holder, name, value);
}
