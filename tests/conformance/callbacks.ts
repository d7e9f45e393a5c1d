import { join } from 'node:path';
import { Callback, type LightningModule, type Trainer } from 'lightning-tfjs';
import { CALLBACK_HOOKS } from './hookNames.js';
import { toCamel, toOptions } from './names.js';
import { publicClass } from './notBuilt.js';
import { makeRecorder } from './recorder.js';
import type { Stage } from './runLog.js';
import type { CallbackSpec, Json } from './scenario.js';

/**
 * A callback of a scenario: our recorders by their names, else a class of the library.
 * @param root the folder that paths are relative to
 * @throws NotBuilt when the library has no such callback
 */
export function makeCallback({ name, args = {} }: CallbackSpec, stage: Stage, root: string): Callback {
  if (name === 'Recorder') return makeLabelled(String(args.label), CALLBACK_HOOKS, stage);
  if (name === 'LambdaCallback') return makeLambda(args.hooks as readonly string[], stage);
  if (name === 'PredictionWriter') return makeWriter(args, stage);
  const Class = publicClass(name) as new (options: object) => Callback;
  const { dirpath, lambda_func, ...rest } = args;
  return new Class({
    ...toOptions(rest),
    ...(typeof dirpath === 'string' && { dirpath: join(root, dirpath) }),
    ...(lambda_func !== undefined && { lambdaFunc: () => (lambda_func as { multiply: number }).multiply }),
  });
}

/** The recorder that is the first callback of every Trainer. */
export { makeRecorder };

function makeLabelled(label: string, hooks: readonly string[], stage: Stage): Callback {
  class Recorder extends Callback {}
  for (const name of hooks) {
    Object.defineProperty(Recorder.prototype, toCamel(name), { value: () => stage.enter(`${label}.${name}`) });
  }
  return new Recorder();
}

/** The library's own LambdaCallback, with functions that record. */
function makeLambda(hooks: readonly string[], stage: Stage): Callback {
  const Class = publicClass('LambdaCallback') as new (hooks: object) => Callback;
  return new Class(Object.fromEntries(hooks.map((name) => [toCamel(name), () => stage.enter(`Lambda.${name}`)])));
}

interface PredictionHost {
  readonly prediction: unknown;
}

/** A BasePredictionWriter that records what it is given. */
function makeWriter(args: Readonly<Record<string, Json>>, stage: Stage): Callback {
  const Base = publicClass('BasePredictionWriter') as new (options: object) => Callback;
  class PredictionWriter extends Base {
    writeOnBatchEnd(
      _trainer: Trainer,
      _module: LightningModule,
      prediction: PredictionHost['prediction'],
      _indices: unknown,
      _batch: unknown,
      batchIdx: number,
      dataloaderIdx: number,
    ): void {
      stage.enter('PredictionWriter.write_on_batch_end');
      stage.log.writes.push(['batch', dataloaderIdx, batchIdx, prediction]);
    }
    writeOnEpochEnd(_trainer: Trainer, _module: LightningModule, predictions: unknown): void {
      stage.enter('PredictionWriter.write_on_epoch_end');
      stage.log.writes.push(['epoch', predictions]);
    }
  }
  return new PredictionWriter(toOptions(args));
}
