/** Names that nearly are a hook's. The Trainer warns of the same ones when it runs a module: see `core/nearestHook.ts` of the runtime. */
export { type NearestHook, nearestHook, wordsOf } from 'lightning-tfjs/hooks';
