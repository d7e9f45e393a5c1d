import { behaviourOf, type CallFact, type MethodBody, type ModuleModel } from '../analysis/index.js';
import { type Fix, insertFirst } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** Methods of LightningModule that do work, and what else does it. */
const WORKING: Readonly<
  Record<string, { readonly others: readonly string[]; readonly param?: number; readonly what: string }>
> = {
  optimizerStep: { others: ['step'], param: 2, what: 'no weight is ever updated' },
  optimizerZeroGrad: { others: ['zeroGrad', 'dispose'], param: 2, what: 'gradients are never cleared' },
  backward: { others: ['backward', 'manualBackward'], param: 0, what: 'no gradient is ever computed' },
  lrSchedulerStep: { others: ['step'], param: 0, what: 'the learning rate never changes' },
  configureGradientClipping: { others: ['clipGradients'], param: 0, what: 'gradients are never clipped' },
  train: { others: [], what: 'neither the module nor its parts change their mode' },
  log: { others: ['log'], param: 0, what: 'nothing is logged' },
  dispose: { others: ['dispose'], what: 'the weights are never freed' },
};
/** Hooks whose work in a base class is easily lost. */
const SHARED = /^(setup|configureModel|prepareData|teardown|on[A-Z]\w*)$/;

/** An override that leaves out what it overrides. */
export const missingSuperCall = defineRule({
  id: 'missing-super-call',
  severity: 'error',
  kinds: ['module', 'datamodule', 'callback'],
  messages: {
    constructor: 'The constructor of {name} must call super() before it uses this: making one throws.',
    working: '{method} calls neither super.{method}(…) nor what does its work, so that {what}.',
    shared: '{base} does something in {method}, too, which is lost without super.{method}({given}).',
  },
  check(model, report) {
    const behaviour = behaviourOf(model);
    const maker = behaviour.own.methods.find(({ kind, bodyRange }) => kind === 'constructor' && bodyRange);
    if (maker && !model.brokenSyntax && !maker.calls.some(({ path }) => path === 'super')) {
      const at = maker.nameRange;
      const fix = asFix(model, maker, 'super();');
      // One that returns something else, or throws, needs none.
      const isPlain = maker.returns.length === 0 && maker.endsOpen;
      report({
        at,
        message: 'constructor',
        data: { name: model.name },
        certainty: isPlain ? 'certain' : 'likely',
        fix,
      });
    }
    for (const method of behaviour.ownMethods) {
      if (callsSuper(method)) continue;
      const { name, nameRange: at } = method;
      const base = model.bases.find(({ facts }) => facts.members.some((member) => member.name === name));
      const given = method.parameters.map(({ names }) => names[0] ?? '').join(', ');
      if (model.kind === 'module' && !base && Object.hasOwn(WORKING, name)) {
        const { what = '' } = WORKING[name] ?? {};
        const fix =
          name === 'train' || name === 'dispose' ? asFix(model, method, `super.${name}(${given});`) : undefined;
        if (!doesWork(method))
          report({ at, message: 'working', data: { method: name, what }, certainty: certaintyOf(model), fix });
      }
      const overridden = base?.facts.body.methods.find(
        (each) => each.name === name && !each.isStatic && each.bodyRange,
      );
      if (!base || !overridden || !SHARED.test(name) || method.isStatic) continue;
      const doesMuch = overridden.assignments.length > 0 || overridden.calls.length > 0 || overridden.ownCalls.size > 0;
      if (!doesMuch) continue;
      const data = { base: base.facts.name ?? 'Its base', method: name, given };
      const call = `${overridden.isAsync && method.isAsync ? 'await ' : ''}super.${name}(${given});`;
      const isSafe = overridden.isAsync === method.isAsync && method.parameters.every((each) => each.name !== null);
      report({
        at,
        message: 'shared',
        data,
        certainty: 'likely',
        fix: isSafe ? asFix(model, method, call) : undefined,
      });
    }
  },
});

function callsSuper({ name, calls }: MethodBody): boolean {
  return calls.some(({ path }) => path === `super.${name}`);
}

/** True when it calls what its base would have called, or hands what it was given to somebody who may. */
function doesWork({ name, calls, names, parameters }: MethodBody): boolean {
  const { others = [], param } = WORKING[name] ?? {};
  const isOther = ({ name: called, path }: CallFact) => others.includes(called) || path?.startsWith('super.');
  const given = param === undefined ? undefined : parameters[param];
  const isRest = parameters.some((parameter) => parameter.isRest);
  return calls.some(isOther) || isRest || (given?.names.some((each) => names.has(each)) ?? false);
}

/** Where `this` is handed on, or the class is open, somebody else may do it. */
function certaintyOf(model: ModuleModel) {
  return behaviourOf(model).isKnown === 'certain' ? 'certain' : 'likely';
}

function asFix(model: ModuleModel, method: MethodBody, statement: string): Fix | undefined {
  const change = insertFirst(model, method, statement);
  return change && { title: `Add ${statement.replace(/;$/, '')}`, changes: [change] };
}
