import * as vscode from 'vscode';
import { LOGS_DIRECTORY } from './checkpointIndex.js';

/** Calls `listener` when a checkpoint comes, changes or goes in any workspace folder. Watches the run directories only. */
export function watchCheckpoints(listener: () => void): vscode.Disposable {
  let watchers: vscode.Disposable[] = [];
  const stop = () => {
    for (const watcher of watchers) watcher.dispose();
    watchers = [];
  };
  const watch = () => {
    stop();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      if (uri.scheme !== 'file') continue;
      const at = (pattern: string) => new vscode.RelativePattern(uri, `${LOGS_DIRECTORY}${pattern}`);
      const files = vscode.workspace.createFileSystemWatcher(at('/*/checkpoints/*.ckpt'));
      // Of a deleted directory only itself is told, not the files in it.
      const directories = vscode.workspace.createFileSystemWatcher(at('{,/*,/*/checkpoints}'), true, true, false);
      files.onDidCreate(listener);
      files.onDidChange(listener);
      files.onDidDelete(listener);
      directories.onDidDelete(listener);
      watchers.push(files, directories);
    }
  };
  watch();
  const folders = vscode.workspace.onDidChangeWorkspaceFolders(() => {
    watch();
    listener();
  });
  return new vscode.Disposable(() => {
    folders.dispose();
    stop();
  });
}
