/** Changes of text that mend findings, in the layout of the file at hand. */
export { applyChanges, type Fix, type TextChange } from './fix.js';
export { type InsertableHook, insertHook } from './insertHook.js';
export { renameMember } from './renameMember.js';
