import type * as vscode from 'vscode';

const KEY = 'lightning.runDirectories';
/** More runs than a window remembers at once. */
const MAX_REMEMBERED = 50;

/** The directories of this workspace's latest runs by the ids that they had in a window, over its reloads. */
export function rememberedDirectories(state: vscode.Memento): Pick<Map<string, string>, 'get' | 'set'> {
  const stored = state.get<unknown>(KEY);
  const known = new Map<string, string>(
    Array.isArray(stored) ? stored.filter((pair): pair is [string, string] => isPair(pair)) : [],
  );
  return {
    get: (id) => known.get(id),
    set(id, directory) {
      known.set(id, directory);
      for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - MAX_REMEMBERED))) known.delete(oldest);
      void state.update(KEY, [...known]);
      return known;
    },
  };
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
