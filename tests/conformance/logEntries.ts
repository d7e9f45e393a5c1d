import { type LightningModule, type LogOptions, tf } from 'lightning-tfjs';
import { toNumbers, toOptions } from './names.js';
import type { Stage } from './runLog.js';
import { isRecord, type Json, type JsonObject, type LogEntry } from './scenario.js';

/** Does what the scenario logs in a hook. */
export function runLogEntries(hook: string, stage: Stage, module: LightningModule): void {
  for (const entry of stage.spec.log ?? []) {
    if (entry.hook === hook && isDue(entry, stage)) execute(entry, stage, module);
  }
}

function isDue({ at, value }: LogEntry, stage: Stage): boolean {
  if (isRecord(value) && 'series' in value && stage.isSanityCheck) return false;
  const isIn = (list: readonly number[] | undefined, found: number) => list === undefined || list.includes(found);
  return isIn(at?.epochs, stage.currentEpoch) && isIn(at?.batches, stage.batchIdx);
}

function execute(entry: LogEntry, stage: Stage, module: LightningModule): void {
  const { hook: _hook, name, value, at: _at, reduce_fx: reduce, ...rest } = entry;
  const options: LogOptions = {
    ...toOptions(rest as JsonObject), // what is left are the options of `log`
    ...(reduce !== undefined && { reduceFx: reduction(reduce) }),
  };
  const logged = loggedValue(value, entry, stage, module) as number; // or, on purpose, something that `log` must refuse
  if (typeof name === 'string') module.log(name, logged, options);
  else module.logDict(Object.fromEntries(name.map((each) => [each, logged])), options);
}

function reduction(name: unknown): NonNullable<LogOptions['reduceFx']> {
  const given = name === 'custom_function' ? (values: readonly number[]) => values[0] : name;
  return given as NonNullable<LogOptions['reduceFx']>; // or, on purpose, something that `log` must refuse
}

function loggedValue(value: Json, entry: LogEntry, stage: Stage, module: LightningModule): unknown {
  switch (value) {
    case 'loss':
      return tf.scalar(stage.loss ?? 0);
    case 'batch_mean':
      return stage.batchMean;
    case 'batch_idx':
      return stage.batchIdx;
    case 'weight':
      return module.parameters()[0]?.dataSync()[0];
    case 'global_step':
      return stage.trainer?.globalStep;
    case 'epoch':
      return stage.currentEpoch;
  }
  if (!isRecord(value)) throw new Error(`There is no value '${String(value)}' in the format.`);
  const { const: constant, series, vector, string, mapping } = value as Readonly<Record<string, Json>>;
  if (constant !== undefined) return toNumbers(constant);
  if (Array.isArray(series)) return toNumbers(series[Math.min(stage.countExecution(entry), series.length - 1)] as Json);
  return vector === undefined ? (string ?? mapping) : tf.tensor1d(vector as number[]);
}
