import type { HookName } from 'lightning-tfjs/hooks';
import {
  behaviourOf,
  type CallFact,
  entryOf,
  type FileModel,
  type ModuleModel,
  objectAt,
  settled,
  type Value,
} from '../analysis/index.js';
import { addEntry, type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { type LoggedName, loggedNames } from './loggedNames.js';
import { type Monitor, monitorEntry, monitorsOf, ownMonitors } from './monitors.js';

const EVALUATION = /^(on)?(validation|test)/i;

/** A value that is watched, and that is logged for single steps only. */
export const logNeverOnEpoch = defineRule({
  id: 'log-never-on-epoch',
  severity: 'error',
  messages: {
    evaluation: "{by} watches '{name}', but with onEpoch: false a value of {hook} is never known outside of it.",
    lastBatch:
      "{by} watches '{name}', which is logged for single steps: what it sees is the last batch. Add onEpoch: true for the epoch's mean.",
  },
  check(module, report, file) {
    const watched = watchedNames(file, module);
    if (watched.size === 0) return;
    const { names } = loggedNames(module);
    const own = new Set(behaviourOf(module).own.methods);
    for (const logged of names) {
      const { exact, call, method, hooks } = logged;
      const by = exact === null ? undefined : watched.get(exact);
      if (exact === null || by === undefined || !own.has(method) || logged.onEpoch !== false || logged.onStep !== true)
        continue;
      // Another place may log the same name for the epoch.
      if (names.some((other) => other !== logged && other.exact === exact && other.onEpoch !== false)) continue;
      const [hook] = hooks;
      if (hook === undefined) continue;
      const isEvaluation = hooks.every((each: HookName) => EVALUATION.test(each));
      report({
        at: call.range,
        message: isEvaluation ? 'evaluation' : 'lastBatch',
        data: { by, name: exact, hook },
        certainty: isEvaluation ? 'certain' : 'likely',
        fix: onEpoch(module, logged),
      });
    }
  },
});

/** Who watches which names of a module: its own callbacks and schedulers, and the Trainers that fit it. */
function watchedNames(file: FileModel, module: ModuleModel): ReadonlyMap<string, string> {
  const monitors: Monitor[] = [...ownMonitors(file, module).monitors];
  for (const { method, trainer } of file.runsOf(module)) {
    if (method === 'fit') monitors.push(...monitorsOf(file, trainer).monitors);
  }
  const found = new Map(monitors.map(({ name, by }) => [name, by]));
  for (const { value } of behaviourOf(module).method('configureOptimizers')?.returns ?? []) {
    for (const name of value ? schedulerNames(value) : []) found.set(name, 'The learning rate scheduler');
  }
  return found;
}

function schedulerNames(value: Value): readonly string[] {
  const whole = settled(value);
  if (whole.kind === 'array') return whole.items.flatMap(schedulerNames);
  if (whole.kind !== 'object') return [];
  const inner = entryOf(whole, 'lrScheduler');
  return [monitorEntry(whole)?.name ?? [], inner ? schedulerNames(inner.value) : []].flat();
}

/** Sets `onEpoch: true` where the options are written in place. */
function onEpoch({ file: { text } }: ModuleModel, { call }: LoggedName): Fix | undefined {
  const title = 'Log it for the epoch, too';
  const place = call.name === 'log' ? 2 : 1;
  const given = call.arguments[place];
  if (!given) {
    const last = call.arguments.at(-1);
    return last && { title, changes: [after(last, ', { onEpoch: true }')] };
  }
  const options = objectAt(call.arguments, place);
  if (given.kind !== 'object' || !options) return undefined;
  const entry = entryOf(options, 'onEpoch');
  if (!entry) return { title, changes: [addEntry(text, options, 'onEpoch: true')] };
  return { title, changes: [replacement(entry.range, 'onEpoch: true')] };
}

function after({ range: { end } }: CallFact['arguments'][number], text: string) {
  return replacement({ start: end, end }, text);
}
