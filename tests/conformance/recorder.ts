import { Callback, type LightningModule, type Trainer, tf } from 'lightning-tfjs';
import { CALLBACK_HOOKS } from './hookNames.js';
import { runLogEntries } from './logEntries.js';
import { toCamel } from './names.js';
import { plain } from './plain.js';
import type { Stage } from './runLog.js';

type Observer = (stage: Stage, trainer: Trainer, module: LightningModule, args: readonly unknown[]) => void;

/** The first callback of every Trainer: records each hook as `Callback.<hook>`, and what the format wants to know there. */
export function makeRecorder(stage: Stage): Callback {
  class Recorder extends Callback {}
  for (const name of CALLBACK_HOOKS) {
    Object.defineProperty(Recorder.prototype, toCamel(name), {
      value(trainer: Trainer, module: LightningModule, ...args: readonly unknown[]) {
        noteBatch(stage, name, args);
        observers[name]?.(stage, trainer, module, args);
        stage.enter(`Callback.${name}`);
        runLogEntries(`Callback.${name}`, stage, module);
      },
    });
  }
  return new Recorder();
}

/** All parameters, flattened and concatenated. */
function parametersOf(module: LightningModule): number[] {
  return module.parameters().flatMap((parameter) => [...parameter.dataSync()]);
}

const EVALUATIONS = [
  ['validation', 'V', 'v'],
  ['test', 'T', 't'],
  ['predict', 'P', 'p'],
] as const;

const observers: Readonly<Record<string, Observer>> = {
  setup: ({ log }, _trainer, _module, [kind]) => log.stages.push(`setup:${kind}`),
  teardown: ({ log }, _trainer, _module, [kind]) => log.stages.push(`teardown:${kind}`),
  on_sanity_check_start: ({ log }) => log.events.push('sanity{'),
  on_sanity_check_end: ({ log }) => log.events.push('}'),
  on_train_start: ({ log }, trainer) => {
    log.estimatedSteppingBatches = Reflect.get(trainer, 'estimatedSteppingBatches');
  },
  on_train_epoch_start: ({ log }, trainer) => log.events.push(`E${trainer.currentEpoch}`),
  on_train_epoch_end: ({ log }, trainer) => log.events.push(`e${trainer.currentEpoch}`),
  on_train_batch_start: ({ log }, trainer, module, [batch, batchIdx]) => {
    log.batchesSeen.push([trainer.currentEpoch, batchIdx, firstValues(batch)]);
    log.lrHistory.push(groupsOf(module).map(({ lr }) => Number(lr)));
    log.momentumHistory.push(groupsOf(module).map(momentumOf));
  },
  on_train_batch_end: ({ log }, trainer, module, [outputs, , batchIdx]) => {
    log.events.push(`b${batchIdx}*${trainer.globalStep}`);
    log.trainOutputs.push(plain(outputs));
    log.weightHistory.push(parametersOf(module));
  },
  on_train_end: ({ log }, _trainer, module) => log.lrHistory.push(groupsOf(module).map(({ lr }) => Number(lr))),
  ...Object.fromEntries(
    EVALUATIONS.flatMap(([stage, start, batch]): [string, Observer][] => [
      [
        `on_${stage}_start`,
        (run) => {
          if (!run.isSanityCheck) run.log.events.push(start);
        },
      ],
      [
        `on_${stage}_batch_end`,
        ({ log }, _trainer, _module, [, , batchIdx, dataloaderIdx]) =>
          log.events.push(`${batch}${dataloaderIdx ?? 0}:${batchIdx}`),
      ],
    ]),
  ),
  on_validation_batch_start: (stage, _trainer, module, [, batchIdx, dataloaderIdx]) => {
    if (batchIdx === 0 && (dataloaderIdx ?? 0) === 0 && !stage.isSanityCheck) {
      stage.log.validationWeights.push(parametersOf(module));
    }
  },
};

/** A callback comes before the module, so that it is the first to see a batch. */
function noteBatch(stage: Stage, name: string, args: readonly unknown[]): void {
  if (name.endsWith('batch_start')) stage.batchIdx = Number(args[1]);
  if (name.endsWith('batch_end')) stage.batchIdx = Number(args[2]);
}

type Group = Readonly<Record<string, unknown>>;

function groupsOf(module: LightningModule): Group[] {
  return module.optimizers().flatMap(({ optimizer }): Group[] => optimizer.paramGroups.map((group) => ({ ...group })));
}

/** The momentum of a group; of those that have none, the first beta. */
export function momentumOf({ momentum, betas }: Group): number {
  return Number(Array.isArray(betas) ? betas[0] : (momentum ?? 0));
}

function firstValues(batch: unknown): unknown {
  if (batch instanceof tf.Tensor) return Number(batch.dataSync()[0]);
  if (Array.isArray(batch)) return batch.map(firstValues);
  if (typeof batch !== 'object' || batch === null) return null;
  return Object.fromEntries(Object.entries(batch).map(([name, member]) => [name, firstValues(member)]));
}
