import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { type CheckpointNode, isCheckpointItem } from './checkpointTree.js';
import { loadSnippet } from './loadSnippet.js';

/** What only our own drop understands; text and addresses are for everybody else. */
const OWN_TYPE = 'application/vnd.code.tree.lightning.checkpoints';

/** Lets checkpoints be dragged out of the view: into code as a call of `loadFromCheckpoint`, elsewhere as files. */
export const checkpointDrag: vscode.TreeDragAndDropController<CheckpointNode> = {
  dragMimeTypes: ['text/plain', 'text/uri-list'],
  dropMimeTypes: [],
  handleDrag(nodes, data) {
    const items = nodes.filter(isCheckpointItem);
    if (items.length === 0) return;
    const uris = items.map(({ checkpoint }) => vscode.Uri.file(checkpoint.path).toString());
    const snippets = items.map(({ run, checkpoint, folder }) =>
      loadSnippet(run.moduleName, checkpoint.path, folder.uri.fsPath),
    );
    data.set('text/uri-list', new vscode.DataTransferItem(uris.join('\r\n')));
    data.set('text/plain', new vscode.DataTransferItem(snippets.join('\n')));
    data.set(OWN_TYPE, new vscode.DataTransferItem(items.map(({ run }) => run.moduleName ?? '')));
  },
};

/** Drops a checkpoint into code: knows the file that it is dropped into, so that the path is written as seen from there. */
export function dropCheckpoints(): vscode.Disposable {
  const selector = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'].map((language) => ({
    language,
    scheme: 'file',
  }));
  const provider: vscode.DocumentDropEditProvider = {
    async provideDocumentDropEdits(document, _position, data) {
      const list = await data.get('text/uri-list')?.asString();
      const paths = (list ?? '')
        .split(/\r?\n/)
        .filter((line) => line.startsWith('file:') && line.endsWith('.ckpt'))
        .map((line) => vscode.Uri.parse(line).fsPath);
      if (paths.length === 0) return undefined;
      const known: unknown = data.get(OWN_TYPE)?.value;
      const names = Array.isArray(known) ? known : [];
      const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath ?? dirname(document.uri.fsPath);
      const snippets = paths.map((path, index) => loadSnippet(String(names[index] || '') || undefined, path, folder));
      return new vscode.DocumentDropEdit(snippets.join('\n'));
    },
  };
  return vscode.languages.registerDocumentDropEditProvider(selector, provider);
}
