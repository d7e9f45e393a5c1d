import type { ConfigNode } from './configTree.js';

/** Options of the Trainer that take objects of our classes. */
export const CLASS_OPTIONS = ['callbacks', 'logger', 'profiler'] as const;

/** Options that take objects which no configuration can write. */
export const OBJECT_OPTIONS: readonly string[] = ['plugins'];

/** True where a class is named, and not a choice such as `logger: true` or `profiler: simple`. */
export function isClassOption(name: string, { value }: ConfigNode): boolean {
  if (value === null) return false;
  if (name === 'callbacks') return true;
  if (OBJECT_OPTIONS.includes(name)) return typeof value === 'object';
  if (name === 'logger') return typeof value !== 'boolean';
  return name === 'profiler' && (typeof value === 'object' || (typeof value === 'string' && /[A-Z.]/.test(value)));
}
