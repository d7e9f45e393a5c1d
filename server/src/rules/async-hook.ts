import { behaviourOf, type MethodBody, type ModuleModel, type TextRange } from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { ownHooks } from './hooks.js';

/** Hooks whose result the Trainer takes as it is, by the class that has them. */
const TAKEN_AT_ONCE: Readonly<Record<string, string>> = {
  'module.configureCallbacks': 'takes its callbacks at once',
  'datamodule.stateDict': 'puts its state into the checkpoint at once',
};

/** A hook that nobody awaits, or that never begins to run. */
export const asyncHook = defineRule({
  id: 'async-hook',
  severity: 'error',
  kinds: ['module', 'datamodule', 'callback'],
  messages: {
    notAwaited: "'{name}' must not be async: the Trainer {why}, and would get a Promise.",
    generator: "'{name}' is a generator: the Trainer calls it, and nothing in it runs. Remove the *.",
    forward: 'forward is async, so this is a Promise and no tensor. Await it, or make forward synchronous.',
  },
  check(model, report) {
    for (const { method } of ownHooks(model)) {
      const { name, nameRange: at } = method;
      // A loader may well be an async generator: it is iterated, not awaited.
      if (method.isGenerator && !name.endsWith('Dataloader') && name !== 'tbpttSplitBatch') {
        report({ at, message: 'generator', data: { name }, certainty: 'certain' });
      } else if (method.isAsync) {
        const key = `${model.kind}.${name}`;
        const why = Object.hasOwn(TAKEN_AT_ONCE, key) ? TAKEN_AT_ONCE[key] : undefined;
        if (why === undefined) continue;
        report({
          at,
          message: 'notAwaited',
          data: { name, why },
          certainty: 'certain',
          fix: withoutAsync(model, method),
        });
      }
    }
    if (model.kind !== 'module') return;
    const behaviour = behaviourOf(model);
    if (behaviour.method('forward')?.isAsync !== true) return;
    for (const { calls } of behaviour.ownMethods) {
      for (const call of calls) {
        // It may be awaited later on.
        if (call.path === 'this.forward' && !call.isAwaited)
          report({ at: call.range, message: 'forward', certainty: 'likely' });
      }
    }
  },
});

/** Takes the keyword away, where nothing is awaited. */
function withoutAsync({ file: { text } }: ModuleModel, method: MethodBody): Fix | undefined {
  const { bodyRange, range, parametersRange } = method;
  if (!bodyRange || /\bawait\b/.test(text.slice(bodyRange.start, bodyRange.end))) return undefined;
  const head = text.slice(range.start, parametersRange.start);
  const found = [...head.matchAll(/\basync\s+/g)].at(-1);
  if (!found || /:\s*Promise\b/.test(text.slice(parametersRange.end, bodyRange.start))) return undefined;
  const at: TextRange = { start: range.start + found.index, end: range.start + found.index + found[0].length };
  return { title: 'Remove async', changes: [replacement(at, '')] };
}
