import { Callback } from '../callbacks/index.js';
import { type HookOwner, LightningDataModule, LightningModule, nearestHook } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';

/** Methods that are told once, whatever runs follow: by class, so that a second object of it is not told again. */
const told = new WeakMap<object, Set<string>>();

const BASES: Readonly<Record<HookOwner, object>> = {
  module: LightningModule.prototype,
  datamodule: LightningDataModule.prototype,
  callback: Callback.prototype,
};

/** Names of PyTorch Lightning's hooks that end in so. */
const STEP_END = /StepEnd$/;

/**
 * Finds methods that are meant as hooks and that nobody will call: one warning for a name that is nearly a hook's. PyTorch Lightning
 * lets them pass.
 * @throws MisconfigurationError for Python's spelling of a hook, and for a misspelt `…StepEnd`, without which results are wrong
 */
export function checkHookNames(owner: HookOwner, object: LightningModule | LightningDataModule | Callback): void {
  for (const [name, method] of ownMethods(object, BASES[owner])) {
    const near = nearestHook(name, owner);
    if (near?.certainty !== 'certain') continue;
    const found = `${object.constructor.name}.${name} is no hook: it is never called.`;
    if (isPython(name, near.hook) || STEP_END.test(near.hook)) {
      if (isDefined(object, BASES[owner], near.hook)) continue; // what is called is there, and this is a helper of it
      throw new MisconfigurationError({
        code: 'misspelt-hook',
        found,
        fix: isPython(name, near.hook)
          ? `Hooks are written in camelCase: rename it to ${near.hook}.`
          : `Did you mean ${near.hook}?`,
        blame: method,
      });
    }
    warnOnce(object, name, `${found} Did you mean ${near.hook}? For a method of your own choose another name.`);
  }
}

/** `training_step` for `trainingStep`. */
function isPython(name: string, hook: string): boolean {
  return name.includes('_') && name.replaceAll('_', '').toLowerCase() === hook.toLowerCase();
}

function isDefined(object: object, base: object, name: string): boolean {
  return typeof Reflect.get(object, name) === 'function' && Reflect.get(object, name) !== Reflect.get(base, name);
}

/** Methods of the user's classes, and functions in fields. */
function ownMethods(object: object, base: object): Map<string, (...args: never[]) => unknown> {
  const methods = new Map<string, (...args: never[]) => unknown>();
  for (let at: object | null = object; at && at !== base; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      const isMethod = typeof value === 'function' && name !== 'constructor';
      if (isMethod && !methods.has(name)) methods.set(name, value as (...args: never[]) => unknown); // just looked at
    }
  }
  return methods;
}

function warnOnce(object: object, name: string, message: string): void {
  const names = told.get(object.constructor) ?? new Set();
  told.set(object.constructor, names);
  if (names.has(name)) return;
  names.add(name);
  process.emitWarning(message);
}
