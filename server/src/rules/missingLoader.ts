import type { HookName } from 'lightning-tfjs/hooks';
import {
  entryOf,
  type FileModel,
  objectAt,
  optionOf,
  plainOf,
  settled,
  type TrainerRun,
  type Value,
} from '../analysis/index.js';
import { defineRule, type Rule } from './defineRule.js';

/** What one kind of evaluation needs. */
export interface LoaderNeed {
  /** Also the middle of the rule's name: `missing-validation-loader`. */
  readonly word: string;
  readonly step: HookName;
  readonly loader: HookName;
  /** The entry point. */
  readonly run: string;
  /** The key of `fit`'s second argument; undefined where fit has no part in it. */
  readonly fitKey?: string;
  /** The Trainer's option that lets no batch through when it is 0. */
  readonly limit: string;
}

/** A run that has a step, and no batches for it. */
export function missingLoaderRule({ word, step, loader, run, fitKey, limit }: LoaderNeed): Rule {
  return defineRule({
    id: `missing-${word}-loader`,
    severity: 'warning',
    messages: {
      run: `Nothing gives this run its batches: {name} has no ${loader}. Add one, or pass { dataloaders } or { datamodule }.`,
      fit: `{name} has a ${step}, but nothing gives it batches, so that it never runs. Add ${loader}, or pass { ${fitKey ?? 'dataloaders'} } or { datamodule }.`,
    },
    checkFile(file, report) {
      for (const each of file.runs) {
        const { method, methodRange: at, target } = each;
        const certainty = target?.lacks(loader);
        if (!target || !certainty) continue;
        const data = { name: target.name };
        if (method === run && loaderIn(file, each.extra, 'dataloaders', loader) === 'none') {
          report({ at, message: 'run', data, certainty });
        }
        if (method !== 'fit' || fitKey === undefined || !target.has(step) || isLimited(each, limit)) continue;
        if (loaderIn(file, each.extra, fitKey, loader) === 'none') report({ at, message: 'fit', data, certainty });
      }
    },
  });
}

/** Whether what an entry point is given holds a loader: under a key of its own, or in a data module. */
export function loaderIn(
  file: FileModel,
  extra: Value | undefined,
  key: string,
  loader: HookName,
): 'given' | 'none' | 'unknown' {
  if (!extra) return 'none';
  const whole = settled(extra);
  if (whole.kind === 'undefined') return 'none';
  const object = objectAt([extra], 0);
  if (!object) return 'unknown';
  if (entryOf(object, key)) return 'given';
  const datamodule = optionOf(object, 'datamodule');
  if (!datamodule) return object.isClosed ? 'none' : 'unknown';
  const model = datamodule.kind === 'new' ? file.classOf(datamodule) : undefined;
  return model?.lacks(loader) === 'certain' && object.isClosed ? 'none' : 'unknown';
}

/** True where the Trainer may be told to leave it out. */
function isLimited({ trainer: { options, isClosed } }: TrainerRun, limit: string): boolean {
  if (!isClosed) return true;
  const entry = options && entryOf(options, limit);
  if (!entry) return false;
  const found = plainOf(entry.value);
  return !found.known || found.plain === 0;
}
