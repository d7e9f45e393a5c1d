import * as vscode from 'vscode';
import { isLightningFile } from './lightningFile.js';

/** Calls `start` once, as soon as a document that may hold a module is open, or becomes one while it is typed. */
export function whenLightningFileIsOpen(languages: readonly string[], start: () => void): vscode.Disposable {
  const life: vscode.Disposable[] = [];
  const done = new vscode.Disposable(() => {
    for (const listener of life.splice(0)) listener.dispose();
  });
  const look = (document: vscode.TextDocument): boolean => {
    if (!languages.includes(document.languageId) || !isLightningFile(document)) return false;
    done.dispose();
    start();
    return true;
  };
  life.push(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // Typing goes on at many keys a second: the text is searched only when a changed line mentions the name.
      const lineOf = (line: number) => (line < document.lineCount ? document.lineAt(line).text : '');
      const mentions = contentChanges.some(({ range, text }) => /lightning/i.test(text + lineOf(range.start.line)));
      if (mentions) look(document);
    }),
  );
  vscode.workspace.textDocuments.some(look);
  return done;
}
