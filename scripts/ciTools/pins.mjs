/**
 * Exact versions of the tools that tests need and that no `package.json` can bring. For the real editor each is a whole
 * program, and one of them needs another Node than the product does. The editor harness talks to internals of this
 * very VS Code, so a new version is a change to be tried, not a range.
 */
export const PINS = Object.freeze({
  /** npm's `code-server`; its `lib/vscode` is a VS Code server of version 1.139.1. */
  codeServer: '4.139.1',
  /** The Node that this VS Code server runs on: version 24, no other. npm carries it as `node-<platform>-<arch>`. */
  node: '24.21.0',
  /** Python packages that open the files we write; for Python 3.11 and later. TensorBoard's reader needs the two after it. */
  python: Object.freeze({
    safetensors: '0.8.0',
    numpy: '2.3.5',
    PyYAML: '6.0.3',
    tensorboard: '2.21.0',
    protobuf: '7.36.2',
    'absl-py': '2.5.1',
  }),
});
