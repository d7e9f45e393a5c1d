import { HOOKS, type HookRow } from 'lightning-tfjs/hooks';
import { behaviourOf, type ClassKind, type MethodBody, type ModuleModel } from '../analysis/index.js';

/** The row of a hook that a class of this kind may have; undefined for any other name. */
export function hookRow(name: string, kind: ClassKind): HookRow | undefined {
  const row: HookRow | undefined = Object.hasOwn(HOOKS, name) ? HOOKS[name as keyof typeof HOOKS] : undefined; // just looked up
  return row?.owners.includes(kind) ? row : undefined;
}

/** Hooks that compute on a batch. */
export const STEPS: readonly string[] = ['trainingStep', 'validationStep', 'testStep', 'predictStep'];

/** Hooks that are called for each batch, the steps among them. */
export function isBatchHook(name: string): boolean {
  return STEPS.includes(name) || /^on(Train|Validation|Test|Predict)Batch(Start|End)$/.test(name);
}

/** The hooks that a class itself writes down, with their rows. */
export function ownHooks(model: ModuleModel): readonly { readonly method: MethodBody; readonly row: HookRow }[] {
  return behaviourOf(model).ownMethods.flatMap((method) => {
    const row = hookRow(method.name, model.kind);
    return row ? [{ method, row }] : [];
  });
}

/** A hook's parameter as the table has it. */
export interface HookParameter {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
}

/** The parameters with which a hook is called in a class of this kind. */
export function hookParameters(name: string, { params }: HookRow, kind: ClassKind): readonly HookParameter[] {
  const isBare = kind !== 'callback' || name === 'stateDict' || name === 'loadStateDict';
  // The table's parameters have no commas inside their types.
  const own = params === '' ? [] : params.split(', ').map(parameterOf);
  return isBare ? own : [...CALLBACK_FIRST, ...own];
}

const CALLBACK_FIRST: readonly HookParameter[] = [
  { name: 'trainer', type: 'unknown', isOptional: false },
  { name: 'module', type: 'unknown', isOptional: false },
];

function parameterOf(text: string): HookParameter {
  const [, name = '', mark, type = 'unknown'] = /^(\w+)(\?)?: (.+)$/.exec(text) ?? [];
  // What a type's name would have to be imported for is `unknown`, which every hook takes.
  return {
    name,
    type: /^(unknown|number|string|boolean)$/.test(type) ? type : 'unknown',
    isOptional: mark !== undefined,
  };
}
