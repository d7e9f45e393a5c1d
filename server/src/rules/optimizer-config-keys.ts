import {
  behaviourOf,
  type Entry,
  entryOf,
  type ModuleModel,
  type ObjectValue,
  plainOf,
  settled,
} from '../analysis/index.js';
import { type Fix, renameEntry, replacement } from '../fixes/index.js';
import { defineRule, type Reporter } from './defineRule.js';
import { didYouMean, nearestName } from './nearestName.js';
import { ownConfigs } from './optimizerConfig.js';

const OPTIMIZER_KEYS: readonly string[] = ['optimizer', 'lrScheduler', 'monitor'];
const SCHEDULER_KEYS: readonly string[] = [
  'scheduler',
  'interval',
  'frequency',
  'monitor',
  'strict',
  'name',
  'reduceOnPlateau',
];
const IGNORED_IN_MANUAL: readonly string[] = ['reduceOnPlateau', 'monitor', 'strict'];

type MessageId = 'optimizerKey' | 'schedulerKey' | 'noScheduler' | 'noOptimizer' | 'interval' | 'frequency' | 'manual';

/** Keys and values in what configureOptimizers returns that nobody reads, or that fit refuses. */
export const optimizerConfigKeys = defineRule<MessageId>({
  id: 'optimizer-config-keys',
  severity: 'warning',
  messages: {
    optimizerKey: "Nobody reads '{name}' here. The keys are optimizer, lrScheduler and monitor.{meant}",
    schedulerKey:
      "Nobody reads '{name}' here. The keys are scheduler, interval, frequency, monitor, strict, name and reduceOnPlateau.{meant}",
    noScheduler: "The settings of a learning rate scheduler have no key 'scheduler': fit() throws.",
    noOptimizer: "An object from configureOptimizers needs the key 'optimizer': fit() throws.",
    interval: "interval is {found}. Allowed: 'epoch' or 'step'.",
    frequency: 'frequency is {found}. Allowed: a whole number from 1 up.',
    manual: "Under manual optimization nobody reads '{name}': step the scheduler in trainingStep.",
  },
  check(module, report) {
    const isManual = behaviourOf(module).optimization === 'manual';
    for (const { objects } of ownConfigs(module)) {
      for (const object of objects) {
        unknownKeys(object, OPTIMIZER_KEYS, 'optimizerKey', report);
        if (object.isClosed && !entryOf(object, 'optimizer') && !isNear(object, 'optimizer', OPTIMIZER_KEYS)) {
          report({ at: object.range, message: 'noOptimizer', certainty: 'certain' });
        }
        const scheduler = entryOf(object, 'lrScheduler');
        const settings = scheduler && settled(scheduler.value);
        if (settings?.kind === 'object') checkSettings(module, settings, isManual, report);
      }
    }
    for (const { schedulers } of ownConfigs(module)) {
      for (const { settings, outer } of schedulers)
        if (settings && !outer) checkSettings(module, settings, isManual, report);
    }
  },
});

function checkSettings(
  module: ModuleModel,
  settings: ObjectValue,
  isManual: boolean,
  report: Reporter<MessageId>,
): void {
  unknownKeys(settings, SCHEDULER_KEYS, 'schedulerKey', report);
  if (settings.isClosed && !entryOf(settings, 'scheduler') && !isNear(settings, 'scheduler', SCHEDULER_KEYS)) {
    report({ at: settings.range, message: 'noScheduler', certainty: 'certain' });
  }
  for (const { name, range } of isManual ? settings.entries : []) {
    if (IGNORED_IN_MANUAL.includes(name))
      report({ at: range, message: 'manual', data: { name }, certainty: 'certain' });
  }
  const shown = ({ value }: Entry) => module.file.text.slice(value.range.start, value.range.end);
  const interval = entryOf(settings, 'interval');
  const found = interval && plainOf(interval.value);
  if (interval && found?.known && found.plain !== undefined && found.plain !== 'epoch' && found.plain !== 'step') {
    const near = nearestName(String(found.plain), ['epoch', 'step']);
    const isWritten = interval.value.kind === 'string';
    const fix: Fix | undefined =
      near !== undefined && isWritten
        ? { title: `Write '${near}'`, changes: [replacement(interval.value.range, `'${near}'`)] }
        : undefined;
    report({
      at: interval.value.range,
      message: 'interval',
      data: { found: shown(interval) },
      certainty: 'certain',
      fix,
    });
  }
  const frequency = entryOf(settings, 'frequency');
  const count = frequency && plainOf(frequency.value);
  if (
    frequency &&
    count?.known &&
    count.plain !== undefined &&
    !(Number.isInteger(count.plain) && Number(count.plain) >= 1)
  ) {
    report({
      at: frequency.value.range,
      message: 'frequency',
      data: { found: shown(frequency) },
      certainty: 'certain',
    });
  }
}

function unknownKeys(
  object: ObjectValue,
  keys: readonly string[],
  message: 'optimizerKey' | 'schedulerKey',
  report: Reporter<MessageId>,
): void {
  for (const entry of object.entries) {
    const { name, nameRange: at } = entry;
    if (keys.includes(name)) continue;
    const near = nearestName(name, keys);
    const canRename = near !== undefined && !entryOf(object, near);
    const fix = canRename ? { title: `Rename to ${near}`, changes: [renameEntry(entry, near)] } : undefined;
    report({ at, message, data: { name, meant: didYouMean(near) }, certainty: 'certain', fix });
  }
}

/** One cause, one finding: a misspelt key is not missing as well. */
function isNear({ entries }: ObjectValue, key: string, keys: readonly string[]): boolean {
  return entries.some(({ name }) => !keys.includes(name) && nearestName(name, keys) === key);
}
