export { type ModuleNode, ModuleTree } from './moduleTree.js';
