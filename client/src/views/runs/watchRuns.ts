import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { type DiskRuns, LOGS_DIRECTORY } from '../../runs/diskRuns.js';

/** A folder that holds more run directories than these has its places looked for by its newest ones. */
const MAX_FOUND = 1000;

/**
 * Finds the run directories of all workspace folders, and tells `disk` what changes in them. Watches the directories of runs only, not the
 * folders: those in `lightning_logs`, and where else a `run.ndjson` is found.
 */
export function watchRuns(
  disk: DiskRuns,
  warn: (text: string) => void,
): vscode.Disposable & { rescan(): Promise<void> } {
  const watchers = new Map<string, vscode.Disposable>();
  const watch = (root: string) => {
    if (watchers.has(root)) return;
    const at = (pattern: string) => new vscode.RelativePattern(vscode.Uri.file(root), pattern);
    const files = vscode.workspace.createFileSystemWatcher(at('*/run.{ndjson,json}'));
    // Of a deleted directory only itself is told, not the files in it.
    const directories = vscode.workspace.createFileSystemWatcher(at('{,*}'), true, true, false);
    const look = ({ fsPath }: vscode.Uri) => void disk.look(dirname(fsPath));
    files.onDidCreate(look);
    files.onDidChange(look);
    files.onDidDelete(({ fsPath }) => {
      if (fsPath.endsWith('.ndjson')) disk.forget(dirname(fsPath));
    });
    directories.onDidDelete(({ fsPath }) => disk.forget(fsPath));
    watchers.set(root, vscode.Disposable.from(files, directories));
  };
  const rescan = async () => {
    const roots = await placesOfRuns();
    for (const [root, watcher] of watchers) {
      if (roots.has(root)) continue;
      watcher.dispose();
      watchers.delete(root);
    }
    for (const root of roots) watch(root);
    await disk.scan([...roots]);
  };
  const run = () => rescan().catch((error: unknown) => warn(`Runs could not be looked for: ${String(error)}`));
  const folders = vscode.workspace.onDidChangeWorkspaceFolders(() => void run());
  void run();
  return {
    rescan: run,
    dispose() {
      folders.dispose();
      for (const watcher of watchers.values()) watcher.dispose();
    },
  };
}

/** The directories right above run directories. */
async function placesOfRuns(): Promise<Set<string>> {
  const places = new Set<string>();
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue;
    places.add(join(uri.fsPath, LOGS_DIRECTORY));
    const pattern = new vscode.RelativePattern(uri, '**/run.ndjson');
    const found = await vscode.workspace.findFiles(pattern, '**/node_modules/**', MAX_FOUND);
    for (const { fsPath } of found) places.add(dirname(dirname(fsPath)));
  }
  return places;
}
