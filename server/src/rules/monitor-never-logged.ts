import {
  behaviourOf,
  type Certainty,
  type FileModel,
  type ModuleModel,
  type ObjectValue,
  objectAt,
  settled,
  type Value,
} from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { loggedNames, mayBeNamed, monitoredNames } from './loggedNames.js';
import { type Monitor, monitorEntry, monitorsOf, ownMonitors } from './monitors.js';
import { didYouMean, nearestName } from './nearestName.js';

/** A callback or a scheduler that watches a name which the module never logs. */
export const monitorNeverLogged = defineRule({
  id: 'monitor-never-logged',
  severity: 'error',
  messages: {
    never: "{by} watches '{name}', which {module} never logs.{meant}",
    nothing: "{by} watches '{name}', but {module} logs nothing.",
  },
  check(module, report, file) {
    // Whoever runs it may bring callbacks that log more; a slip of the keys gives itself away all the same.
    const { monitors } = ownMonitors(file, module);
    for (const monitor of [...monitors, ...schedulerMonitors(module)]) {
      const fault = faultOf(module, monitor, 'likely');
      if (fault) report({ at: monitor.range, ...fault });
    }
  },
  checkFile(file, report) {
    for (const trainer of file.trainers) {
      const { monitors, isClosed } = monitorsOf(file, trainer);
      if (monitors.length === 0) continue;
      const runs = file.runs.filter((run) => run.trainer.value.range.start === trainer.value.range.start);
      const fits = runs.filter(({ method }) => method === 'fit');
      const targets = fits.flatMap(({ target }) => target ?? []);
      const [module] = targets;
      if (!module || targets.length < fits.length) continue;
      const isKnown = isClosed && targets.every((target) => bringsNoLogs(file, target));
      for (const monitor of monitors) {
        const faults = targets.map((target) => faultOf(target, monitor, isKnown ? 'certain' : 'likely'));
        const [fault] = faults;
        if (fault && faults.every((each) => each !== null)) report({ at: monitor.range, ...fault });
      }
    }
  },
});

/** True when the module's own callbacks are known, and log nothing. */
function bringsNoLogs(file: FileModel, module: ModuleModel): boolean {
  return ownMonitors(file, module).isClosed;
}

/** What is wrong with a monitor; null for nothing, or where nobody can tell. */
function faultOf(module: ModuleModel, { by, name, range, isStrict, alsoKnown }: Monitor, atMost: Certainty) {
  const { names, isComplete } = loggedNames(module);
  if (isComplete === null || alsoKnown.includes(name) || /^lr-|\/dataloader_idx_/.test(name)) return null;
  if (names.some((logged) => mayBeNamed(logged, name))) return null;
  const near = nearestName(name, names.flatMap(monitoredNames));
  const certainty: Certainty = isComplete === 'certain' && atMost === 'certain' && isStrict ? 'certain' : 'likely';
  // Where others may log it, only a name that is nearly one of ours is worth a word.
  if (near === undefined && (certainty === 'likely' || isComplete === 'likely')) return null;
  const fix: Fix | undefined =
    near === undefined ? undefined : { title: `Watch '${near}'`, changes: [replacement(range, `'${near}'`)] };
  const data = { by, name, module: module.name, meant: didYouMean(near) };
  return { message: names.length === 0 ? ('nothing' as const) : ('never' as const), data, certainty, fix };
}

/** What the schedulers of configureOptimizers watch. */
function schedulerMonitors(module: ModuleModel): readonly Monitor[] {
  const method = behaviourOf(module).ownMethod('configureOptimizers');
  const objects = (method?.returns ?? []).flatMap(({ value }) => (value ? objectsIn(value) : []));
  return objects.flatMap((object) => {
    const found = monitorEntry(object);
    return found ? [{ by: 'The learning rate scheduler', ...found, isStrict: true, alsoKnown: [] }] : [];
  });
}

function objectsIn(value: Value, depth = 0): readonly ObjectValue[] {
  const whole = settled(value);
  if (depth > 3) return [];
  if (whole.kind === 'array') return whole.items.flatMap((item) => objectsIn(item, depth + 1));
  if (whole.kind === 'either') return whole.values.flatMap((each) => objectsIn(each, depth + 1));
  if (whole.kind !== 'object') return [];
  const inner = whole.entries.filter(({ name }) => name === 'lrScheduler');
  return [whole, ...inner.flatMap((entry) => objectAt([entry.value], 0) ?? [])];
}
