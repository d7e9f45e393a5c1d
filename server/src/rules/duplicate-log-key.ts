import type { HookRow } from 'lightning-tfjs/hooks';
import { behaviourOf, type CallFact, objectAt, patternOf, plainOf } from '../analysis/index.js';
import { defineRule } from './defineRule.js';
import { hookRow } from './hooks.js';
import { isLogCall } from './loggedNames.js';

/** One name that is logged twice in one hook: with other options the Trainer throws, with the same it mixes the values. */
export const duplicateLogKey = defineRule({
  id: 'duplicate-log-key',
  severity: 'error',
  messages: {
    options:
      "'{name}' is logged above with other options, which the Trainer does not allow in one hook. Use another name.",
    mixed: "'{name}' is logged above: both values go into one metric, whose epoch value is their mean.",
  },
  check(module, report) {
    if (module.has('log') || module.has('logDict')) return;
    for (const { name: hook, calls } of behaviourOf(module).own.methods) {
      const row = hookRow(hook, module.kind);
      const seen = new Map<string, string | null>();
      for (const call of calls) {
        // Where one of two calls may be left out, they may be meant to take turns.
        if (!isLogCall(call) || call.place.runsLater || call.hasSpread) continue;
        const options = settingsOf(call, row);
        for (const name of namesOf(call)) {
          const key = `${call.place.block} ${name}`;
          const before = seen.get(key);
          if (before === undefined) {
            seen.set(key, options);
            continue;
          }
          const isOther = before !== null && options !== null && before !== options;
          report({
            at: call.range,
            message: isOther ? 'options' : 'mixed',
            data: { name },
            certainty: isOther ? 'certain' : 'likely',
          });
        }
      }
    }
  },
});

function namesOf({ name, arguments: given }: CallFact): readonly string[] {
  if (name === 'logDict') return objectAt(given, 0)?.entries.map((entry) => entry.name) ?? [];
  const exact = patternOf(given[0])?.exact;
  return exact == null ? [] : [exact];
}

/** Settings that must be the same, with what they are when nobody says. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  progBar: false,
  logger: true,
  reduceFx: 'mean',
  addDataloaderIdx: true,
  rankZeroOnly: false,
  metricAttribute: null,
};

/** The settings as a text that is equal for equal ones; null where only a run can tell. */
function settingsOf({ name, arguments: given }: CallFact, row: HookRow | undefined): string | null {
  const value = given[name === 'log' ? 2 : 1];
  const found = value ? plainOf(value) : { known: true, plain: {} };
  if (!found.known || typeof found.plain !== 'object') return null;
  const byDefault = { ...DEFAULTS, onStep: row?.log?.default === 'step', onEpoch: row?.log?.default === 'epoch' };
  const plain: Readonly<Record<string, unknown>> = { ...found.plain };
  // Outside of a hook, nobody knows the defaults of these two.
  if (!row && (plain.onStep === undefined || plain.onEpoch === undefined)) return null;
  return JSON.stringify(Object.entries(byDefault).map(([key, otherwise]) => plain[key] ?? otherwise));
}
