import { LightningModule, tf } from 'lightning-tfjs';
import { makeCallback } from '../callbacks.js';
import { BATCH_INDEX_AT, MODULE_HOOKS } from '../hookNames.js';
import { runLogEntries } from '../logEntries.js';
import { toCamel } from '../names.js';
import { NotBuilt } from '../notBuilt.js';
import type { Stage } from '../runLog.js';
import type { DataModuleSpec, ModuleSpec } from '../scenario.js';
import { batchCounts, LOADER_STAGES, makeLoaders, makeSampleLoader, membersOf } from './loaders.js';
import { lossNamed } from './losses.js';
import { runManualProgram } from './manualProgram.js';
import { NETWORKS, type Network } from './networks.js';
import { configureOptimizers } from './optimizers.js';

type Hook = (this: LightningModule, ...args: readonly unknown[]) => unknown;

const STEP_OF: Readonly<Record<string, string>> = {
  val: 'validation_step',
  test: 'test_step',
  predict: 'predict_step',
};

/**
 * A module in the scenarios' language: it overrides every hook, records each call, and does in it what the scenario says.
 * @throws NotBuilt for what the library does not have
 */
export function makeModule(stage: Stage, datamodule: DataModuleSpec | undefined): LightningModule {
  const { spec } = stage;
  const network = NETWORKS[spec.model ?? 'linear']?.();
  if (!network) throw new Error(`There is no model '${spec.model}' in the format.`);
  class ScenarioModule extends LightningModule {
    override forward(x: tf.Tensor): tf.Tensor {
      return (network as Network).forward(x, this.training);
    }
  }
  const left = new Set(spec.missing);
  for (const loader of LOADER_STAGES) {
    const hook = `${loader}_dataloader`;
    const isGone = batchCounts(spec, loader) === null;
    if (isGone || isInDatamodule(datamodule, loader)) left.add(hook);
    if (isGone && loader !== 'train') left.add(STEP_OF[loader] as string);
  }
  const bodies = makeBodies(stage, network);
  for (const name of [...MODULE_HOOKS, ...(spec.extra_hooks ?? [])]) {
    if (left.has(name)) continue;
    const base: unknown = Reflect.get(LightningModule.prototype, toCamel(name));
    const body = bodies[name] ?? (typeof base === 'function' ? (base as Hook) : undefined);
    Object.defineProperty(ScenarioModule.prototype, toCamel(name), {
      value: withArity(name, spec, makeHook(name, stage, body)),
      writable: true,
      configurable: true,
    });
  }
  const module = new ScenarioModule();
  Object.assign(module, network.layers);
  if (spec.lr_attr) Reflect.set(module, toCamel(spec.lr_attr), spec.optimizers?.[0]?.args?.lr ?? 0.1);
  if (typeof spec.n_samples === 'number') Reflect.set(module, 'batchSize', spec.batch_size ?? 1);
  if (spec.hparams) module.saveHyperparameters(spec.hparams);
  if (spec.manual) setManual(module);
  return module;
}

/** True when the data module and not the module provides the loaders of a stage. */
export function isInDatamodule(datamodule: DataModuleSpec | undefined, loader: string): boolean {
  return datamodule !== undefined && (datamodule.loaders ?? LOADER_STAGES).includes(loader);
}

/** Order inside a hook: record, raise, stop; then the behaviour, then what is logged. */
function makeHook(name: string, stage: Stage, body: Hook | undefined): Hook {
  const batchIndexAt = BATCH_INDEX_AT[name];
  return function (...args) {
    if (batchIndexAt !== undefined) {
      stage.batchIdx = args[batchIndexAt] as number; // where the hook table says that it stands
      if (name.endsWith('batch_start')) stage.batchMean = meanOf(args[0]);
    }
    stage.enter(name);
    const after = (result: unknown) => {
      runLogEntries(name, stage, this);
      return result;
    };
    const result = body?.call(this, ...args);
    return result instanceof Promise ? result.then(after) : after(result);
  };
}

/** What the hooks do that the scenario's module does not leave to the base class. */
function makeBodies(stage: Stage, network: Network): Readonly<Record<string, Hook>> {
  const { spec } = stage;
  const lossOf = (module: LightningModule, batch: unknown) => {
    const loss = lossNamed(spec.loss ?? 'mean');
    const losses = membersOf(batch).map((x) => loss(network, x, module.parameters(), module.training));
    return losses.length === 1 ? (losses[0] as tf.Tensor) : tf.addN(losses);
  };
  const evaluate: Hook = function (batch) {
    stage.loss = numberOf(lossOf(this, batch));
  };
  const loaders =
    (name: (typeof LOADER_STAGES)[number]): Hook =>
    () => {
      stage.log.loaderCalls.push(`${name}@${stage.currentEpoch}`);
      if (name === 'train' && typeof spec.n_samples === 'number')
        return makeSampleLoader(spec.n_samples, Number(Reflect.get(stage.module ?? {}, 'batchSize')));
      return makeLoaders(spec, name);
    };
  return {
    training_step(batch, batchIdx) {
      if (typeof spec.n_samples === 'number')
        stage.log.tryBatchSize(membersOf(batch)[0]?.shape[0] ?? 0, spec.oom_limit);
      if (spec.manual) return runManualProgram(stage, this, batch as tf.Tensor, network);
      let loss = lossOf(this, batch);
      if (spec.loss_nan_at?.includes(batchIdx as number)) loss = tf.mul(loss, Number.NaN);
      stage.loss = numberOf(loss);
      return stepOutput(spec, loss, batchIdx as number, () => network.forward(batch as tf.Tensor, true));
    },
    validation_step: evaluate,
    test_step: evaluate,
    predict_step(batch) {
      return network.forward(batch as tf.Tensor, false);
    },
    on_train_batch_start(_batch, batchIdx) {
      return spec.skip_at?.includes(batchIdx as number) ? -1 : undefined;
    },
    configure_callbacks: () => (spec.configure_callbacks ?? []).map((callback) => makeCallback(callback, stage, '')),
    configure_optimizers() {
      return configureOptimizers(spec, this);
    },
    train_dataloader: loaders('train'),
    val_dataloader: loaders('val'),
    test_dataloader: loaders('test'),
    predict_dataloader: loaders('predict'),
  };
}

function stepOutput(spec: ModuleSpec, loss: tf.Tensor, batchIdx: number, forward: () => tf.Tensor): unknown {
  const form = spec.training_step_returns ?? 'loss';
  if (typeof form !== 'string') return form.none_at.includes(batchIdx) ? null : loss;
  switch (form) {
    case 'loss':
      return loss;
    case 'dict':
      return { loss, extra: batchIdx };
    case 'none':
      return null;
    case 'float':
      return 1.5;
    case 'string':
      return 'loss';
    case 'dict_without_loss':
      return { extra: batchIdx };
    case 'vector':
      return forward();
    default:
      throw new Error(`There is no form '${form}' in the format.`);
  }
}

/** The number of parameters that a scenario's step declares, as JavaScript sees it. */
function withArity(name: string, spec: ModuleSpec, hook: Hook): Hook {
  const run = (self: LightningModule, args: readonly unknown[]) => hook.call(self, ...args);
  if (name === 'training_step') {
    if (spec.training_step_params === 'batch_only') {
      return function (batch) {
        // The runner must know the number all the same: it counts from the batch that was announced.
        return run(this, [batch, undefined]);
      };
    }
    if (spec.training_step_params === 'optimizer_idx') {
      return function (batch, batchIdx, optimizerIdx) {
        return run(this, [batch, batchIdx, optimizerIdx]);
      };
    }
  }
  if (['validation_step', 'test_step'].includes(name)) {
    if (spec.dataloader_idx_param === 'required') {
      return function (batch, batchIdx, dataloaderIdx) {
        return run(this, [batch, batchIdx, dataloaderIdx]);
      };
    }
    if (spec.dataloader_idx_param === 'none') {
      return function (batch, batchIdx) {
        return run(this, [batch, batchIdx]);
      };
    }
  }
  return hook;
}

function setManual(module: LightningModule): void {
  if (!('automaticOptimization' in module)) throw new NotBuilt('manual optimization (module.automaticOptimization)');
  Reflect.set(module, 'automaticOptimization', false);
}

function meanOf(batch: unknown): number {
  const [x] = membersOf(batch);
  if (!x) return 0;
  const values = [...x.dataSync()];
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function numberOf(scalar: tf.Tensor): number {
  return Number(scalar.dataSync()[0]);
}
