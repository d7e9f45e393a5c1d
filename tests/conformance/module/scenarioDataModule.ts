import { LightningDataModule } from 'lightning-tfjs';
import { DATAMODULE_HOOKS, TRANSFER_HOOKS } from '../hookNames.js';
import { toCamel } from '../names.js';
import type { Stage } from '../runLog.js';
import type { DataModuleSpec } from '../scenario.js';
import { batchCounts, LOADER_STAGES, makeLoaders } from './loaders.js';
import { isInDatamodule } from './scenarioModule.js';

type Hook = (this: LightningDataModule, ...args: readonly unknown[]) => unknown;

/** A data module that records each call and provides the loaders that the scenario takes from the module. */
export function makeDataModule(spec: DataModuleSpec, stage: Stage): LightningDataModule {
  class ScenarioDataModule extends LightningDataModule {}
  const define = (name: string, body: Hook | undefined) =>
    Object.defineProperty(ScenarioDataModule.prototype, toCamel(name), {
      value(this: LightningDataModule, ...args: readonly unknown[]) {
        stage.enter(`DataModule.${name}`);
        return body?.call(this, ...args);
      },
      writable: true,
      configurable: true,
    });
  const base = (name: string) => Reflect.get(LightningDataModule.prototype, toCamel(name)) as Hook | undefined;
  for (const name of DATAMODULE_HOOKS) define(name, base(name));
  if (spec.transfer_hooks) for (const name of TRANSFER_HOOKS) define(name, base(name));
  for (const loader of LOADER_STAGES) {
    if (!isInDatamodule(spec, loader) || batchCounts(stage.spec, loader) === null) continue;
    define(`${loader}_dataloader`, () => {
      stage.log.loaderCalls.push(`${loader}@${stage.currentEpoch}`);
      return makeLoaders(stage.spec, loader);
    });
  }
  let counter = 0;
  define('state_dict', spec.state ? () => ({ counter: ++counter }) : base('state_dict'));
  define('load_state_dict', base('load_state_dict'));
  return new ScenarioDataModule();
}
