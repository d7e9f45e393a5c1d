import type { AcceleratorName, EngineName } from '../accelerators/index.js';
import type { LightningDataModule, LightningModule } from '../core/index.js';
import type { RunCommand, RunEvent } from '../protocol/index.js';
import type { TrainerOptions, TuneResult } from '../trainer/index.js';
import { compileWorkerModule } from './compileWorkerModule.js';
import type { ConfigNode } from './config/configTree.js';
import type { Base } from './findClasses.js';

/** What a run is given besides the module. */
export interface RunArguments {
  readonly datamodule?: LightningDataModule;
  readonly ckptPath?: string;
}

/** The Trainer, as far as the command line uses it. */
export interface CliTrainer {
  sourceFile: string | undefined;
  readonly options: { readonly accelerator: AcceleratorName; readonly engine: EngineName };
  readonly checkpointCallback: { readonly bestModelPath: string } | undefined;
  fit(module: LightningModule, args: RunArguments): Promise<void>;
  validate(module: LightningModule, args: RunArguments): Promise<Record<string, number>[]>;
  test(module: LightningModule, args: RunArguments): Promise<Record<string, number>[]>;
  predict(module: LightningModule, args: RunArguments): Promise<readonly unknown[]>;
  tune(module: LightningModule, data: Pick<RunArguments, 'datamodule'>): Promise<TuneResult>;
  command(command: RunCommand): Promise<void>;
  onEvent(listener: (event: RunEvent) => void): () => void;
}

/** The rooms that the command line drives. */
export interface RuntimeParts {
  readonly Trainer: new (options: TrainerOptions) => CliTrainer;
  readonly LightningModule: Base<LightningModule>;
  readonly LightningDataModule: Base<LightningDataModule>;
  startEngine(accelerator: AcceleratorName, options: { engine: EngineName }): Promise<unknown>;
  /** Makes what a configuration names by class. */
  createConfigured(objects: ReadonlyMap<string, ConfigNode>, rootDir: string): Promise<Record<string, unknown>>;
  seedEverything(seed: number): number;
  isolateRng<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

/** Loads them, tfjs with them: some 100 ms, so not before the command line was found right. */
export async function loadRuntime(): Promise<RuntimeParts> {
  const [
    { Trainer },
    { LightningModule, LightningDataModule },
    { startEngine },
    { seedEverything, isolateRng },
    { prepareWorkerModulesBy },
  ] = await Promise.all([
    import('../trainer/index.js'),
    import('../core/index.js'),
    import('../accelerators/index.js'),
    import('../random/index.js'),
    import('../data/index.js'),
  ]);
  prepareWorkerModulesBy(compileWorkerModule);
  const createConfigured: RuntimeParts['createConfigured'] = async (objects, rootDir) =>
    objects.size === 0 ? {} : (await import('./config/configuredObjects.js')).createConfigured(objects, rootDir);
  return { Trainer, LightningModule, LightningDataModule, startEngine, seedEverything, isolateRng, createConfigured };
}
