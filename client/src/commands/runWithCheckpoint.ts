import * as vscode from 'vscode';
import { type CheckpointItem, isCheckpointItem } from '../checkpoints/index.js';
import type { RunEnd, RunRequest } from '../runs/index.js';
import type { Services } from '../services.js';
import { chooseInWorkspace } from './chooseRunnable.js';
import { pickCheckpoint } from './pickCheckpoint.js';
import { runToEnd } from './runToEnd.js';

/**
 * Runs the module that wrote a checkpoint, with that checkpoint. Asks which one when no node of the view is given.
 * @returns how the run ended; undefined when no checkpoint was chosen or the run could not be started
 */
export async function runWithCheckpoint(
  services: Services,
  kind: RunRequest['kind'],
  item: unknown,
): Promise<RunEnd | undefined> {
  const node = isCheckpointItem(item) ? item : await pickCheckpoint(services);
  if (!node) return undefined;
  const chosen = await moduleOf(services, node);
  if (!chosen) return undefined;
  const request = { ...chosen, kind, checkpoint: node.checkpoint.path };
  return runToEnd(services, request, { showDashboard: services.settings().openDashboardOnFit });
}

/** The module that wrote a checkpoint: as the run's log names it, or else the one of that class in the workspace. */
async function moduleOf(services: Services, { run, folder }: CheckpointItem): Promise<RunRequest | undefined> {
  const { moduleFile, moduleName } = run;
  // A log that came from elsewhere may name any file; only one of this workspace is run.
  const isOurs = moduleFile !== undefined && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(moduleFile));
  if (!isOurs) return chooseInWorkspace(services, 'lightning.fit', moduleName);
  return { kind: 'fit', file: moduleFile, className: moduleName, cwd: folder.uri.fsPath, options: {} };
}
