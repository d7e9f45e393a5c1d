import type { BodyParameter, MethodBody, ModuleModel } from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { type HookParameter, hookParameters, ownHooks } from './hooks.js';

/** A hook whose parameters are not those that the Trainer gives. */
export const hookSignature = defineRule({
  id: 'hook-signature',
  severity: 'error',
  kinds: ['module', 'datamodule', 'callback'],
  messages: {
    optimizerIdx:
      "'{name}' of {hook} is never given a value: with several optimizers, set automaticOptimization = false and step them in trainingStep.",
    trainer: "A module's hook is given no trainer: {hook}({expected}). The Trainer is this.trainer.",
    order: "'{name}' stands where {hook} is given '{given}': {hook}({expected}).",
    arity: "'{name}' is never given a value: {hook}({expected}).",
  },
  check(model, report) {
    for (const { method, row } of ownHooks(model)) {
      const expected = parametersOf(model, method.name, hookParameters(method.name, row, model.kind));
      const texts = { hook: method.name, expected: expected.map(({ name }) => name).join(', ') };
      const isRest = method.parameters.some((parameter) => parameter.isRest);
      for (const [index, parameter] of method.parameters.entries()) {
        if (parameter.name === null || parameter.isRest) continue;
        const name = plain(parameter.name);
        const data = { ...texts, name: parameter.name };
        const at = parameter.range;
        if (name === 'optimizeridx') {
          const fix = removeParameter(model, method, index);
          report({ at, message: 'optimizerIdx', data, certainty: 'certain', fix });
          break; // it moves all that come after it
        }
        if (model.kind === 'module' && index === 0 && name === 'trainer' && expected[0]?.name !== 'trainer') {
          report({
            at,
            message: 'trainer',
            data,
            certainty: 'certain',
            fix: inOrder(model, method, expected, 'trainer'),
          });
          break;
        }
        const place = expected.findIndex((each) => plain(each.name) === name);
        if (place !== -1 && place !== index) {
          const given = expected[index]?.name ?? 'nothing';
          const fix = inOrder(model, method, expected);
          report({ at, message: 'order', data: { ...data, given }, certainty: 'certain', fix });
          break;
        }
        if (index >= expected.length && !parameter.isOptional && !isRest) {
          // What a subclass of the Trainer's loops gives besides, nobody knows.
          const isHiddens = method.name === 'trainingStep' && index === 2;
          report({ at, message: 'arity', data, certainty: isHiddens ? 'likely' : 'certain' });
          break;
        }
      }
    }
  },
});

/** trainingStep is given `hiddens` under truncated back-propagation. */
function parametersOf(model: ModuleModel, hook: string, expected: readonly HookParameter[]): readonly HookParameter[] {
  const isTruncated = hook === 'trainingStep' && (model.has('truncatedBpttSteps') || model.has('tbpttSplitBatch'));
  return isTruncated ? [...expected, { name: 'hiddens', type: 'unknown', isOptional: true }] : expected;
}

const SAME: Readonly<Record<string, string>> = { plmodule: 'module', pl_module: 'module', lightningmodule: 'module' };

/** `batch_idx`, `_batchIdx` and `batchIdx` are one name. */
function plain(name: string): string {
  const letters = name.replaceAll('_', '').toLowerCase();
  return SAME[letters] ?? letters;
}

/** Takes a parameter away that nothing reads. */
function removeParameter({ file: { text } }: ModuleModel, method: MethodBody, index: number): Fix | undefined {
  const { parameters, parametersRange, names } = method;
  const parameter = parameters[index];
  if (!parameter || parameter.names.some((name) => names.has(name))) return undefined;
  const rest = parameters.filter((_, at) => at !== index);
  return { title: `Remove ${parameter.name}`, changes: [replacement(parametersRange, listOf(text, rest))] };
}

/** Puts the parameters where the Trainer gives them, with those in between that were left out. */
function inOrder(
  { file: { text, language } }: ModuleModel,
  method: MethodBody,
  expected: readonly HookParameter[],
  ...dropped: readonly string[]
): Fix | undefined {
  const { parameters, parametersRange, names } = method;
  const kept = parameters.filter(({ name }) => name === null || !dropped.includes(plain(name)));
  const gone = parameters.filter((parameter) => !kept.includes(parameter));
  const isModule = (parameter: BodyParameter) => parameter.name !== null && plain(parameter.name) === 'module';
  const own = dropped.length > 0 ? kept.filter((parameter) => !isModule(parameter)) : kept;
  const unread = [...gone, ...kept.filter((parameter) => !own.includes(parameter))];
  if (unread.some((parameter) => parameter.names.some((name) => names.has(name)))) return undefined;
  const byName = new Map(own.map((parameter) => [parameter.name === null ? '' : plain(parameter.name), parameter]));
  const known = expected.map(({ name }) => byName.get(plain(name)));
  if (known.filter((parameter) => parameter !== undefined).length !== own.length) return undefined;
  const last = known.findLastIndex((parameter) => parameter !== undefined);
  const isTyped = language.startsWith('ts');
  const texts = expected.slice(0, last + 1).map(({ name, type }, index) => {
    const parameter = known[index];
    if (parameter) return text.slice(parameter.range.start, parameter.range.end);
    return `_${name}${isTyped ? `: ${type}` : ''}`;
  });
  return { title: `Write (${texts.join(', ')})`, changes: [replacement(parametersRange, `(${texts.join(', ')})`)] };
}

function listOf(text: string, parameters: readonly BodyParameter[]): string {
  return `(${parameters.map(({ range }) => text.slice(range.start, range.end)).join(', ')})`;
}
