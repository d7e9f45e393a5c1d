/** The editor's own switches, which would change how a child behaves. */
const EDITORS_OWN = /^(?:ELECTRON|VSCODE)_/i;

/** The environment of a run: the user's, without what the editor set for itself, and `more`. */
export function runEnvironment(env: NodeJS.ProcessEnv, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !EDITORS_OWN.test(name));
  return { ...Object.fromEntries(kept), ...more };
}
