import { HOOK_NAMES, HOOKS, type HookName, type HookRow } from 'lightning-tfjs/hooks';
import type { Certainty, Member, ModuleModel } from '../analysis/index.js';
import { isKnownName, nearestHook, wordsOf } from './nearestHook.js';

/** A method of a module whose name is nearly a hook's. */
export interface MisspeltHook {
  readonly member: Member;
  readonly hook: string;
  readonly certainty: Certainty;
}

/** A method of a module that only a Callback's would be called. */
export interface CallbackHook {
  readonly member: Member;
  readonly certainty: Certainty;
}

/** The methods of a module that nothing calls, and whose names are nearly hooks'. */
export function misspeltHooks(module: ModuleModel): readonly MisspeltHook[] {
  return uncalledMethods(module).flatMap((member) => {
    const nearest = nearestHook(member.name);
    // Beside the hook itself, a method with nearly its name is something else on purpose.
    if (!nearest || module.hasOwn(nearest.hook)) return [];
    return [{ member, hook: nearest.hook, certainty: certaintyIn(module, nearest.certainty) }];
  });
}

/** True when a method of the module is a misspelling of this hook. */
export function isMisspelt(module: ModuleModel, hook: HookName): boolean {
  return misspeltHooks(module).some((each) => each.hook === hook);
}

/** The methods of a module that are hooks of Callback, but none of LightningModule. */
export function callbackHooks(module: ModuleModel): readonly CallbackHook[] {
  return uncalledMethods(module)
    .filter(({ name }) => CALLBACK_HOOKS.has(name))
    .map((member) => {
      // `onException` may be anybody's name; `onSanityCheckStart` is not.
      const isTelling = wordsOf(member.name).length > 2;
      return { member, certainty: certaintyIn(module, isTelling ? 'certain' : 'likely') };
    });
}

const CALLBACK_HOOKS: ReadonlySet<string> = new Set(
  HOOK_NAMES.filter((name) => {
    const { owners }: HookRow = HOOKS[name];
    return owners.includes('callback') && !owners.includes('module') && !isKnownName(name);
  }),
);

/** Public methods, each name once, that the file neither reads nor names anywhere: whoever calls them must be the Trainer. */
function uncalledMethods(module: ModuleModel): readonly Member[] {
  const seen = new Set<string>();
  return module.members.filter((member) => {
    const { name, kind } = member;
    if ((kind !== 'method' && kind !== 'arrow') || seen.has(name)) return false;
    seen.add(name);
    return (
      !member.isStatic &&
      !member.isPrivate &&
      member.isIdentifier &&
      !module.file.usedProperties.has(name) &&
      !module.inherits(name) &&
      // TypeScript allows `override` only where a base has the method: one that we could not read.
      !(member.isOverride && module.baseChain === 'partial')
    );
  });
}

/** A base that we cannot read, an interface or a subclass may be why the method is there. */
function certaintyIn(module: ModuleModel, certainty: Certainty): Certainty {
  const isAlone = module.baseChain === 'complete' && !module.implementsInterfaces;
  return isAlone && !module.isAbstract && !module.usage.isExtended ? certainty : 'likely';
}
