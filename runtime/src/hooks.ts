/** `lightning-tfjs/hooks`: the hook tables as plain data, for tools that must not load the engine. */
export {
  hookSequence,
  type SequenceCall,
  type SequenceCallback,
  type SequenceCondition,
  type SequenceFacts,
  type SequenceLoop,
  type SequenceMoment,
  type SequenceNode,
  type SequenceOwner,
  type SequenceScheduler,
} from './core/hookSequence.js';
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
export { isKnownHookName, type NearestHook, nearestHook, wordsOf } from './core/nearestHook.js';
