/**
 * Exact versions of the tools that the real-editor tests need and that no `package.json` can bring: each is a whole
 * program, and one of them needs another Node than the product does. The editor harness talks to internals of this
 * very VS Code, so a new version is a change to be tried, not a range.
 */
export const PINS = Object.freeze({
  /** npm's `code-server`; its `lib/vscode` is a VS Code server of version 1.139.1. */
  codeServer: '4.139.1',
  /** The Node that this VS Code server runs on: version 24, no other. npm carries it as `node-<platform>-<arch>`. */
  node: '24.21.0',
});
