import type { MethodBody, ModuleModel } from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { ownHooks } from './hooks.js';

/** Hooks of 1.6 that work here, and what 2.x has in their place. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  trainingEpochEnd: 'onTrainEpochEnd',
  validationEpochEnd: 'onValidationEpochEnd',
  testEpochEnd: 'onTestEpochEnd',
  trainingStepEnd: 'onTrainBatchEnd',
  validationStepEnd: 'onValidationBatchEnd',
  testStepEnd: 'onTestBatchEnd',
};

/** A hook that PyTorch Lightning 2.0 removed, and that works here as it did in 1.6. */
export const legacyHook = defineRule({
  id: 'legacy-hook',
  severity: 'hint',
  messages: {
    epochEnd:
      "'{name}' is a hook of PyTorch Lightning 1.6, gone since 2.0. Today: {successor}(), with what the steps keep in a field of the module.",
    stepEnd:
      "'{name}' is a hook of PyTorch Lightning 1.6, gone since 2.0. Today: {successor}(outputs, batch, batchIdx).",
  },
  check(module, report) {
    for (const { method } of ownHooks(module)) {
      const { name, nameRange: at } = method;
      const successor = Object.hasOwn(SUCCESSORS, name) ? SUCCESSORS[name] : undefined;
      if (successor === undefined) continue;
      const isEpochEnd = name.endsWith('EpochEnd');
      const fix = isEpochEnd && !module.has(successor) ? withoutOutputs(module, method, successor) : undefined;
      report({
        at,
        message: isEpochEnd ? 'epochEnd' : 'stepEnd',
        data: { name, successor },
        certainty: 'certain',
        fix,
      });
    }
  },
});

/** Where nothing is made of the outputs, a new name is all it takes. */
function withoutOutputs(module: ModuleModel, method: MethodBody, successor: string): Fix | undefined {
  const { parameters, parametersRange, names, nameRange } = method;
  const overloads = module.members.filter(({ name }) => name === method.name).length;
  if (overloads > 1 || module.file.usedProperties.has(method.name)) return undefined;
  if (parameters.some((parameter) => parameter.names.some((name) => names.has(name)))) return undefined;
  const changes = [replacement(nameRange, successor)];
  if (parameters.length > 0) changes.push(replacement(parametersRange, '()'));
  return { title: `Rename to ${successor}`, changes };
}
