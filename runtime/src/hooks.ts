/** `lightning-tfjs/hooks`: the hook tables as plain data, for tools that must not load the engine. */
export {
  BASE_METHODS,
  HOOK_NAMES,
  HOOKS,
  type HookLogging,
  type HookName,
  type HookOwner,
  type HookRow,
  LEGACY_HOOKS,
  type LegacyHookName,
  type LegacyHookRow,
} from './core/hookTable.js';
