import type { ModuleModel } from '../analysis/index.js';
import type { Fix } from './fix.js';

/** Renames a method where the class declares it, all its overloads. Nothing else in the file uses the name. */
export function renameMember(module: ModuleModel, name: string, newName: string): Fix {
  return {
    title: `Rename to ${newName}`,
    changes: module.members
      .filter((member) => member.name === name && !member.isStatic && member.isIdentifier)
      .map(({ nameRange }) => ({ range: nameRange, newText: newName })),
  };
}
