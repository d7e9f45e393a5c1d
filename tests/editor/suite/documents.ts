import * as vscode from 'vscode';

/** Address of a file in the opened folder. */
export function inWorkspace(...parts: readonly string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('the tests need an opened folder');
  return vscode.Uri.joinPath(folder.uri, ...parts);
}

/** Opens a file in an editor, as a person does. */
export async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  await isActive(document);
  return document;
}

/** Resolves once the editor's window says that the document has the focus; that comes a little after it is shown. */
async function isActive(document: vscode.TextDocument): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = () => {
      if (vscode.window.activeTextEditor?.document !== document) return;
      listener.dispose();
      resolve();
    };
    const listener = vscode.window.onDidChangeActiveTextEditor(check);
    check();
  });
}

/** The file's diagnostics, once one of them answers; the test's own time limit ends the wait. */
export async function diagnosticWhere(
  uri: vscode.Uri,
  answers: (diagnostic: vscode.Diagnostic) => boolean,
): Promise<vscode.Diagnostic> {
  const find = () => vscode.languages.getDiagnostics(uri).find(answers);
  return await new Promise((resolve) => {
    const check = () => {
      const found = find();
      if (!found) return;
      listener.dispose();
      resolve(found);
    };
    const listener = vscode.languages.onDidChangeDiagnostics(check);
    check();
  });
}

/** A diagnostic's code, with or without a link to its page. */
export function codeOf(diagnostic: vscode.Diagnostic): string | number | undefined {
  return typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
}

/** Every CodeLens of a file, its command resolved. */
export async function codeLenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  return await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
}

/** Names in a folder; none when there is no such folder. */
export async function namesIn(uri: vscode.Uri): Promise<string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(uri)).map(([name]) => name);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return [];
    throw error;
  }
}
