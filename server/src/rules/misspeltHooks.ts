import { BASE_METHODS, HOOKS, type HookName, type HookRow } from 'lightning-tfjs/hooks';
import type { Certainty, ClassKind, Member, ModuleModel } from '../analysis/index.js';
import { nearestHook, wordsOf } from './nearestHook.js';

/** A method of a module whose name is nearly a hook's. */
export interface MisspeltHook {
  readonly member: Member;
  readonly hook: string;
  readonly certainty: Certainty;
}

/** A method that the Trainer would call in a class of another kind only. */
export interface MisplacedHook {
  readonly member: Member;
  readonly owner: ClassKind;
  readonly certainty: Certainty;
}

/** The methods of a module that nothing calls, and whose names are nearly hooks'. */
export function misspeltHooks(module: ModuleModel): readonly MisspeltHook[] {
  return uncalledMethods(module).flatMap((member) => {
    const nearest = nearestHook(member.name, module.kind);
    // Beside the hook itself, a method with nearly its name is something else on purpose.
    if (!nearest || module.hasOwn(nearest.hook)) return [];
    return [{ member, hook: nearest.hook, certainty: certaintyIn(module, nearest.certainty) }];
  });
}

/** True when a method of the module is a misspelling of this hook. */
export function isMisspelt(module: ModuleModel, hook: HookName): boolean {
  return misspeltHooks(module).some((each) => each.hook === hook);
}

/** The methods of a class that are hooks, but none of its own. */
export function misplacedHooks(model: ModuleModel): readonly MisplacedHook[] {
  return uncalledMethods(model).flatMap((member) => {
    const { name } = member;
    const row: HookRow | undefined = Object.hasOwn(HOOKS, name) ? HOOKS[name as HookName] : undefined; // just looked up
    // Of several owners, a module's reader most likely means a callback.
    const owner = row?.owners.find((each) => each === 'callback') ?? row?.owners[0];
    if (!row || !owner || row.owners.includes(model.kind) || INHERITED.has(name)) return [];
    // `onException` and `backward` may be anybody's names; `onSanityCheckStart` and `trainingStep` are not.
    const isTelling = wordsOf(name).length > 2 || TELLING.test(name);
    return { member, owner, certainty: certaintyIn(model, isTelling ? 'certain' : 'likely') };
  });
}

/** Methods of LightningModule that other classes have as hooks. */
const INHERITED: ReadonlySet<string> = new Set(BASE_METHODS);

/** Two words that nobody puts together for anything else. */
const TELLING = /^((training|validation|test|predict)Step|configureOptimizers|\w+Dataloader)$/;

/** Public methods, each name once, that the file neither reads nor names anywhere: whoever calls them must be the Trainer. */
export function uncalledMethods(module: ModuleModel): readonly Member[] {
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
export function certaintyIn(module: ModuleModel, certainty: Certainty): Certainty {
  const isAlone = module.baseChain === 'complete' && !module.implementsInterfaces;
  return isAlone && !module.isAbstract && !module.usage.isExtended ? certainty : 'likely';
}
