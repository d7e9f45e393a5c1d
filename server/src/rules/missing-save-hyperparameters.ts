import { behaviourOf, type CallFact, type MethodBody, type ModuleModel } from '../analysis/index.js';
import { type Fix, insertLine } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** A module that is loaded from checkpoints, which do not know what its constructor needs. */
export const missingSaveHyperparameters = defineRule({
  id: 'missing-save-hyperparameters',
  severity: 'warning',
  kinds: ['module', 'datamodule'],
  messages: {
    missing:
      '{name}.loadFromCheckpoint is used, and its constructor needs {parameters}, which no checkpoint holds. Call this.saveHyperparameters({ … }) in the constructor, or pass them to loadFromCheckpoint.',
  },
  check(model, report, file) {
    const behaviour = behaviourOf(model);
    const maker = behaviour.own.methods.find(({ kind, bodyRange }) => kind === 'constructor' && bodyRange);
    if (!maker || behaviour.isKnown === null) return;
    const needed = maker.parameters.filter(({ isOptional, isRest }) => !isOptional && !isRest);
    // A parameter of this name is kept by itself.
    if (needed.length === 0 || maker.parameters.some(({ names }) => names.includes('hparams'))) return;
    if (behaviour.callsOwn('saveHyperparameters') || callsSave(behaviour.allMethods)) return;
    const loads = file.loadsOf(model).filter(({ arguments: given }) => given.length < 2);
    if (loads.length === 0) return;
    const parameters = needed.map(({ name, names }) => name ?? names.join(', ')).join(', ');
    report({
      at: maker.nameRange,
      message: 'missing',
      data: { name: model.name, parameters },
      certainty: behaviour.isKnown === 'certain' ? 'certain' : 'likely',
      fix: saved(model, maker),
    });
  },
});

function callsSave(methods: readonly MethodBody[]): boolean {
  return methods.some(({ calls }) => calls.some(({ name }) => name === 'saveHyperparameters'));
}

/** Saves the one object that loadFromCheckpoint gives back, behind `super(…)`. */
function saved(model: ModuleModel, { parameters, calls }: MethodBody): Fix | undefined {
  const [parameter] = parameters;
  if (!parameter || parameters.length > 1) return undefined;
  const given = parameter.name ?? `{ ${parameter.names.join(', ')} }`;
  const call: CallFact | undefined = calls.find(({ path }) => path === 'super');
  const change = call && insertLine(model, call.range.end, `this.saveHyperparameters(${given});`, 'after');
  const rest = call && model.file.text.slice(call.range.end).split(/\r?\n/, 1)[0];
  // Where something else stands behind it on the line, it may use what is saved.
  return change && /^;?\s*(\/\/.*)?$/.test(rest ?? '')
    ? { title: 'Save the hyperparameters', changes: [change] }
    : undefined;
}
