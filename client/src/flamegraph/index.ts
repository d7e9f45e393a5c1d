export { FlamegraphEditors } from './flamegraphEditors.js';
export { HookLens } from './hookLens.js';
