import {
  behaviourOf,
  entryOf,
  type ModuleModel,
  type ObjectValue,
  objectAt,
  plainOf,
  settled,
} from '../analysis/index.js';
import { addEntry, type Fix } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { loggedNames } from './loggedNames.js';
import { type ConfiguredScheduler, ownConfigs } from './optimizerConfig.js';

const PLATEAU = 'optim.ReduceLROnPlateau';

/** Something that needs a logged value to look at, and is not told which. */
export const missingMonitor = defineRule({
  id: 'missing-monitor',
  severity: 'error',
  messages: {
    plateau: "ReduceLROnPlateau needs a logged value to look at. Write { scheduler, monitor: 'val_loss' }.",
    topK: "ModelCheckpoint can keep the best {count} only by a logged value. Add monitor: 'val_loss'.",
    stopping: "EarlyStopping needs a logged value to look at. Add monitor: 'val_loss'.",
  },
  check(module, report) {
    if (behaviourOf(module).optimization !== 'automatic') return;
    for (const { schedulers } of ownConfigs(module)) {
      for (const scheduler of schedulers) {
        const { constructed, value, settings, outer } = scheduler;
        if (constructed?.api !== PLATEAU || !value || isMonitored(scheduler)) continue;
        // Where it has settings of its own, they are what counts.
        const holder = settings ?? outer;
        const fix = holder && withMonitor(module, holder);
        report({ at: value.range, message: 'plateau', certainty: 'certain', fix });
      }
    }
  },
  checkFile(file, report) {
    for (const value of file.facts.body.constructed) {
      const options = objectAt(value.arguments, 0);
      const isOpen = value.arguments.length > 0 && !options?.isClosed;
      const monitor = options && entryOf(options, 'monitor');
      if (isOpen || (monitor && !['null', 'undefined'].includes(settled(monitor.value).kind))) continue;
      const name = file.packageNameOf(value);
      if (name === 'EarlyStopping') report({ at: value.nameRange, message: 'stopping', certainty: 'certain' });
      const topK = options && entryOf(options, 'saveTopK');
      const found = topK && plainOf(topK.value);
      if (name !== 'ModelCheckpoint' || !topK || !found?.known || typeof found.plain !== 'number') continue;
      if ([-1, 0, 1].includes(found.plain)) continue;
      report({ at: topK.range, message: 'topK', data: { count: String(found.plain) }, certainty: 'certain' });
    }
  },
});

/** True when it has a monitor, or may have one that the text does not show. */
function isMonitored({ settings, outer }: ConfiguredScheduler): boolean {
  const holder = settings ?? outer;
  if (!holder) return false;
  if (settings && entryOf(settings, 'reduceOnPlateau')) return true;
  return !holder.isClosed || entryOf(holder, 'monitor') !== undefined;
}

/** The loss of validation, where just one is logged. */
function withMonitor(module: ModuleModel, holder: ObjectValue): Fix | undefined {
  const losses = loggedNames(module).names.flatMap(({ exact, onEpoch }) =>
    exact !== null && onEpoch !== false ? exact : [],
  );
  const found = [...new Set(losses)].filter((name) => /val/i.test(name) && /loss/i.test(name));
  const [name] = found;
  if (name === undefined || found.length > 1) return undefined;
  const text = `monitor: '${name}'`;
  return { title: `Add ${text}`, changes: [addEntry(module.file.text, holder, text)] };
}
