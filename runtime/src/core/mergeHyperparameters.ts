import { isDeepStrictEqual } from 'node:util';
import { MisconfigurationError } from '../errors/index.js';
import { areHyperparametersLogged, type HParams } from './hyperparameters.js';

/** What can have hyperparameters. */
interface HasHyperparameters {
  readonly hparamsInitial: HParams;
}

/**
 * The hyperparameters of a module and its data, for the loggers.
 * @throws MisconfigurationError when both have one of the same name, with different values
 */
export function mergeHyperparameters(module: HasHyperparameters, datamodule?: HasHyperparameters): HParams {
  const ofModule = areHyperparametersLogged(module) ? module.hparamsInitial : {};
  const ofData = datamodule && areHyperparametersLogged(datamodule) ? datamodule.hparamsInitial : {};
  const different = Object.keys(ofModule).filter(
    (name) => Object.hasOwn(ofData, name) && !isDeepStrictEqual(ofModule[name], ofData[name]),
  );
  if (different.length === 0) return { ...ofData, ...ofModule };
  throw new MisconfigurationError({
    code: 'hyperparameters-differ',
    found: `Error while merging hparams: the keys ${different.map((name) => `'${name}'`).join(', ')} are present in both the LightningModule's and the LightningDataModule's hparams but have different values.`,
    fix: 'Give them the same value, or other names.',
  });
}
