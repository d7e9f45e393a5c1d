import { HOOKS, type HookName, type HookRow } from 'lightning-tfjs/hooks';
import {
  behaviourOf,
  type CallFact,
  type Certainty,
  type MethodBody,
  type ModuleModel,
  type NamePattern,
  objectAt,
  optionOf,
  patternOf,
  settled,
  type Value,
} from '../analysis/index.js';

/** One name that a module logs, at one place. */
export interface LoggedName {
  /** The name where the text has all of it. */
  readonly exact: string | null;
  readonly pattern: NamePattern;
  readonly call: CallFact;
  readonly method: MethodBody;
  /** The hooks that reach the call. */
  readonly hooks: readonly HookName[];
  /** Where it is logged so; `unknown` where only a run can tell. */
  readonly onStep: boolean | 'unknown';
  readonly onEpoch: boolean | 'unknown';
}

/** What a module logs. */
export interface LoggedNames {
  readonly names: readonly LoggedName[];
  /** How sure it is that these are all. Null while its text is broken. */
  readonly isComplete: Certainty | null;
}

/** What a module logs, its bases included. */
export function loggedNames(module: ModuleModel): LoggedNames {
  return module.once(loggedNames, () => read(module));
}

/** True for a call of `log` or `logDict` on the module itself. */
export function isLogCall({ path }: CallFact): boolean {
  return path === 'this.log' || path === 'this.logDict';
}

/** The names under which a logged value can be monitored. */
export function monitoredNames({ exact, onStep, onEpoch }: LoggedName): readonly string[] {
  if (exact === null) return [];
  const isForked = onStep !== false && onEpoch !== false;
  return isForked ? [exact, `${exact}_step`, `${exact}_epoch`] : [exact];
}

/** True when a monitored name may be this one. */
export function mayBeNamed(logged: LoggedName, name: string): boolean {
  const plain = name.replace(/\/dataloader_idx_\d+$/, '');
  if (logged.exact !== null) return monitoredNames(logged).includes(plain);
  return logged.pattern.test(plain) || logged.pattern.test(plain.replace(/_(step|epoch)$/, ''));
}

function read(module: ModuleModel): LoggedNames {
  const behaviour = behaviourOf(module);
  const hooks = (Object.keys(HOOKS) as HookName[]).filter((name) => module.has(name));
  const reachedBy = new Map<MethodBody, HookName[]>();
  for (const hook of hooks) {
    for (const method of behaviour.reached(hook)) {
      reachedBy.set(method, [...(reachedBy.get(method) ?? []), hook]);
    }
  }
  const names: LoggedName[] = [];
  let isComplete = behaviour.isKnown;
  // A log of its own may give the names another form.
  if (module.has('log') || module.has('logDict')) isComplete &&= 'likely';
  for (const method of behaviour.allMethods) {
    for (const call of method.calls.filter(isLogCall)) {
      const from = reachedBy.get(method) ?? [];
      const found = namesOf(call);
      if (!found) isComplete &&= 'likely';
      for (const pattern of found ?? [])
        names.push({ exact: pattern.exact, pattern, call, method, hooks: from, ...momentsOf(call, from) });
    }
  }
  return { names, isComplete };
}

function namesOf({ name, arguments: given, hasSpread }: CallFact): readonly NamePattern[] | null {
  if (hasSpread) return null;
  if (name === 'log') {
    const pattern = patternOf(given[0]);
    return pattern && [pattern];
  }
  const object = objectAt(given, 0);
  if (!object?.isClosed) return null;
  return object.entries.map((entry) => ({ exact: entry.name, test: (name) => name === entry.name }));
}

/** What the options say, or the hooks' defaults, where all of them agree. */
function momentsOf(call: CallFact, hooks: readonly HookName[]): Pick<LoggedName, 'onStep' | 'onEpoch'> {
  const place = call.name === 'log' ? 2 : 1;
  const given = call.arguments[place];
  const options = objectAt(call.arguments, place);
  const isOpen = given !== undefined && settled(given).kind !== 'undefined' && !options?.isClosed;
  const defaults = new Set(hooks.flatMap((hook) => (HOOKS[hook] as HookRow).log?.default ?? []));
  const [only] = defaults.size === 1 ? defaults : [];
  const moment = (name: string, kind: 'step' | 'epoch'): boolean | 'unknown' => {
    const value: Value | undefined = options && optionOf(options, name);
    if (value?.kind === 'boolean') return value.value;
    if ((value && value.kind !== 'undefined') || isOpen || only === undefined) return 'unknown';
    return only === kind;
  };
  return { onStep: moment('onStep', 'step'), onEpoch: moment('onEpoch', 'epoch') };
}
