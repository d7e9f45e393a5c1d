import {
  behaviourOf,
  type CallFact,
  type MethodBody,
  type ModuleModel,
  settled,
  type Value,
} from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { hookParameters, hookRow, isBatchHook } from './hooks.js';

/** A tensor that a step frees although others still use it. */
export const disposeInStep = defineRule({
  id: 'dispose-in-step',
  severity: 'error',
  kinds: ['module', 'callback'],
  messages: {
    batch:
      "'{name}' belongs to the Trainer, which hands it to the hooks that follow and frees it afterwards. Remove the dispose.",
    returned: "'{name}' is returned, and freed before anybody can use it. Remove the dispose: the Trainer frees it.",
  },
  check(model, report) {
    for (const method of behaviourOf(model).ownMethods) {
      const row = hookRow(method.name, model.kind);
      if (!row || !isBatchHook(method.name)) continue;
      const given = givenNames(
        method,
        hookParameters(method.name, row, model.kind).map(({ name }) => name),
      );
      const returned = new Set(method.returns.flatMap(({ value }) => (value ? namesIn(value) : [])));
      for (const call of method.calls) {
        if (call.place.runsLater) continue;
        for (const name of disposedBy(call)) {
          const isGiven = given.has(name) && !method.rebound.has(name);
          if (!isGiven && !(returned.has(name) && !call.place.isConditional)) continue;
          const message = isGiven ? 'batch' : 'returned';
          report({ at: call.range, message, data: { name }, certainty: 'certain', fix: removed(model, call) });
          break;
        }
      }
    }
  },
});

/** The names of what the Trainer gives: the batch, its parts, and outputs. */
function givenNames({ parameters }: MethodBody, expected: readonly string[]): ReadonlySet<string> {
  return new Set(
    parameters.flatMap(({ names }, index) => (['batch', 'outputs'].includes(expected[index] ?? '') ? names : [])),
  );
}

/** `x.dispose()`, `tf.dispose(x)`, `tf.dispose([x, y])`. */
function disposedBy({ name, path, api, arguments: given }: CallFact): readonly string[] {
  if (name !== 'dispose') return [];
  if (api === 'tf.dispose') return given.flatMap(namesIn);
  const [root = '', ...rest] = (path ?? '').split('.');
  return rest.length === 1 ? [root] : [];
}

/** The names that a value is made of, as it is written. */
function namesIn(value: Value): readonly string[] {
  if (value.kind === 'name')
    return [value.name, ...(value.value && settled(value).kind === 'array' ? namesIn(settled(value)) : [])];
  if (value.kind === 'array') return value.items.flatMap(namesIn);
  return value.kind === 'object' ? value.entries.flatMap((entry) => namesIn(entry.value)) : [];
}

/** Takes the statement away, with its line where it has one to itself. */
function removed({ file: { text } }: ModuleModel, { isStatement, isAwaited, range }: CallFact): Fix | undefined {
  if (!isStatement || isAwaited) return undefined;
  const end = range.end + (/^[\t ]*;?/.exec(text.slice(range.end))?.[0].length ?? 0);
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const rest = /^[\t ]*\r?\n/.exec(text.slice(end));
  const isWholeLine = text.slice(lineStart, range.start).trim() === '' && rest;
  // Behind an `if` without braces something has to stay.
  const before = text.slice(0, range.start).trimEnd().at(-1) ?? '';
  if (!'{};'.includes(before)) return undefined;
  const at = isWholeLine ? { start: lineStart, end: end + rest[0].length } : { start: range.start, end };
  return { title: 'Remove the dispose', changes: [replacement(at, '')] };
}
