/** Changes of text that mend findings, in the layout of the file at hand. */
export { addEntry, removeEntry, renameEntry, replacement } from './editObject.js';
export { applyChanges, type Fix, type TextChange } from './fix.js';
export { importName, type UsableName } from './importName.js';
export { type InsertableHook, insertHook } from './insertHook.js';
export { insertField, insertFirst, insertLast, insertLine } from './insertStatement.js';
export { indentAt, type Layout, layoutOf } from './layout.js';
export { renameMember } from './renameMember.js';
