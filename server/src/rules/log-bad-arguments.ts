import {
  alternatives,
  behaviourOf,
  type CallFact,
  type Entry,
  entryOf,
  type MethodBody,
  type ModuleModel,
  objectAt,
  optionOf,
  patternOf,
  type Value,
} from '../analysis/index.js';
import { type Fix, renameEntry, replacement } from '../fixes/index.js';
import { defineRule, type Reporter } from './defineRule.js';
import { hookRow } from './hooks.js';
import { isLogCall } from './loggedNames.js';
import { didYouMean, nearestName } from './nearestName.js';

/** The options of `log`; a test compares them with the runtime. */
export const LOG_OPTIONS: readonly string[] = [
  'progBar',
  'logger',
  'onStep',
  'onEpoch',
  'reduceFx',
  'batchSize',
  'addDataloaderIdx',
  'syncDist',
  'rankZeroOnly',
  'metricAttribute',
];
const REDUCTIONS: readonly string[] = ['mean', 'avg', 'sum', 'min', 'max'];

const MESSAGES = {
  name: 'The first argument of log is a name, and this is {what}.',
  value: 'log takes a number, a tensor with one element or a metric object, and this is {what}.',
  noValue: 'log needs a name and a value.',
  values: 'logDict takes an object of names and values, and this is {what}.',
  options: 'The options of log are an object, such as { progBar: true }.',
  option: "log has no option '{name}'.{meant}",
  never: 'With onStep and onEpoch both false, the value is never seen: the Trainer throws. Set one of them to true.',
  onStep: '{hook} is called once an epoch: onStep must be false there, and onEpoch true.',
  reduce: "reduceFx is '{found}'. Allowed: 'mean', 'sum', 'min', 'max'. For another reduction log a metric object.",
  loader:
    "The name holds '/dataloader_idx_', which the Trainer adds where there are several loaders. Use another name.",
};
type MessageId = keyof typeof MESSAGES;

/** Arguments that `log` does not take: it throws, or loses the value. */
export const logBadArguments = defineRule<MessageId>({
  id: 'log-bad-arguments',
  severity: 'error',
  messages: MESSAGES,
  check(module, report) {
    if (module.has('log') || module.has('logDict')) return;
    const behaviour = behaviourOf(module);
    for (const method of behaviour.own.methods) {
      for (const call of method.calls) {
        if (!isLogCall(call) || call.hasSpread) continue;
        if (call.name === 'log') checkName(call, report);
        else checkValues(call, report);
        checkOptions(module, method, call, report);
      }
    }
  },
});

function checkName(call: CallFact, report: Reporter<MessageId>): void {
  const [name, value] = call.arguments;
  if (!name || !value) {
    report({ at: call.range, message: 'noValue', certainty: 'certain' });
    return;
  }
  const what = kindOf(name, ['number', 'boolean', 'object', 'array', 'function', 'null', 'undefined', 'new', 'this']);
  if (what !== null) report({ at: name.range, message: 'name', data: { what }, certainty: 'certain' });
  if (patternOf(name)?.exact?.includes('/dataloader_idx_'))
    report({ at: name.range, message: 'loader', certainty: 'certain' });
  const bad = kindOf(value, ['string', 'template', 'array', 'function', 'null', 'undefined', 'this', 'object']);
  // An object with compute() and reset() is a metric.
  const isMetric = alternatives(value).some(
    (each) => each.kind === 'object' && (!each.isClosed || entryOf(each, 'compute')),
  );
  if (bad !== null && !isMetric)
    report({ at: value.range, message: 'value', data: { what: bad }, certainty: 'certain' });
}

function checkValues({ arguments: [values], range }: CallFact, report: Reporter<MessageId>): void {
  if (!values) {
    report({ at: range, message: 'noValue', certainty: 'certain' });
    return;
  }
  const what = kindOf(values, [
    'string',
    'template',
    'number',
    'boolean',
    'array',
    'function',
    'null',
    'undefined',
    'this',
  ]);
  if (what !== null) report({ at: values.range, message: 'values', data: { what }, certainty: 'certain' });
}

function checkOptions(module: ModuleModel, method: MethodBody, call: CallFact, report: Reporter<MessageId>): void {
  const place = call.name === 'log' ? 2 : 1;
  const given = call.arguments[place];
  if (!given) return;
  if (kindOf(given, ['boolean', 'string', 'number']) !== null) {
    report({ at: given.range, message: 'options', certainty: 'certain', fix: asProgressBar(call, given) });
    return;
  }
  const options = objectAt(call.arguments, place);
  if (!options) return;
  for (const entry of options.entries) {
    const { name, nameRange: at } = entry;
    if (LOG_OPTIONS.includes(name)) continue;
    const near = nearestName(name, LOG_OPTIONS);
    const canRename = near !== undefined && !entryOf(options, near);
    const fix = canRename ? { title: `Rename to ${near}`, changes: [renameEntry(entry, near)] } : undefined;
    report({ at, message: 'option', data: { name, meant: didYouMean(near) }, certainty: 'certain', fix });
  }
  const is = (name: string, wanted: boolean): Entry | undefined => {
    const value = optionOf(options, name);
    return value?.kind === 'boolean' && value.value === wanted ? entryOf(options, name) : undefined;
  };
  const row = hookRow(method.name, module.kind);
  const isOncePerEpoch = row?.log && !row.log.onStep && !call.place.runsLater;
  const wrong = isOncePerEpoch ? (is('onStep', true) ?? is('onEpoch', false)) : undefined;
  const [off, alsoOff] = [is('onStep', false), is('onEpoch', false)];
  if (wrong)
    report({ at: wrong.range, message: 'onStep', data: { hook: method.name }, certainty: 'certain', fix: flip(wrong) });
  else if (off && alsoOff) report({ at: alsoOff.range, message: 'never', certainty: 'certain', fix: flip(alsoOff) });
  const reduce = optionOf(options, 'reduceFx');
  if (reduce?.kind === 'string' && !REDUCTIONS.includes(reduce.value.toLowerCase())) {
    const at = entryOf(options, 'reduceFx')?.value.range ?? reduce.range;
    report({ at, message: 'reduce', data: { found: reduce.value }, certainty: 'certain' });
  }
}

/** PyTorch Lightning's third argument is `prog_bar`. */
function asProgressBar({ name }: CallFact, given: Value): Fix | undefined {
  if (name !== 'log' || given.kind !== 'boolean') return undefined;
  const text = `{ progBar: ${given.value} }`;
  return { title: `Write ${text}`, changes: [replacement(given.range, text)] };
}

function flip({ name, value, nameRange, range, isShorthand }: Entry): Fix | undefined {
  if (value.kind !== 'boolean' || isShorthand) return undefined;
  const text = `${name}: ${!value.value}`;
  return { title: `Write ${text}`, changes: [replacement({ start: nameRange.start, end: range.end }, text)] };
}

const WORDS: Readonly<Record<string, string>> = {
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  function: 'a function',
  string: 'a text',
  template: 'a text',
  null: 'null',
  undefined: 'undefined',
  new: 'an object',
  this: 'the module',
};

/** What a value is, when in every case it is of one of these kinds; null when it may be something else. */
function kindOf(value: Value, kinds: readonly Value['kind'][]): string | null {
  const found = alternatives(value);
  return found.length > 0 && found.every(({ kind }) => kinds.includes(kind))
    ? (WORDS[found[0]?.kind ?? ''] ?? null)
    : null;
}
