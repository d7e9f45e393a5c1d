import { join } from 'node:path';
import * as vscode from 'vscode';
import { runEnvironment } from './runs/environment.js';
import {
  type Launch,
  locateNode,
  locateRuntime,
  nodeOnPath,
  type RunRequest,
  runArguments,
  versionOf,
} from './runs/index.js';
import { readSettings } from './settings.js';
import { UserError } from './userError.js';

/** Says what to start for a run: which Node.js, which `lightning-tfjs`, in which folder. Throws `UserError` when it cannot. */
export function runLauncher(
  extensionPath: string,
  log: vscode.LogOutputChannel,
): (request: RunRequest) => Promise<Launch> {
  // A program's version does not change while the editor runs, and asking costs a process.
  const versions = new Map<string, Promise<string>>();
  const cachedVersionOf = (path: string) => {
    const known = versions.get(path) ?? versionOf(path);
    versions.set(path, known);
    known.catch(() => versions.delete(path));
    return known;
  };
  return async (request) => {
    if (!vscode.workspace.isTrusted) {
      throw new UserError(vscode.l10n.t('A run executes code of this folder. Trust the folder to run it.'));
    }
    const node = await locateNode({
      setting: readSettings().nodePath,
      onPath: await nodeOnPath(process.env.PATH),
      editor: { path: process.execPath, version: process.versions.node },
      versionOf: cachedVersionOf,
    });
    const runtime = await locateRuntime(request.file, join(extensionPath, 'runtime'));
    const args = runArguments(request);
    if (runtime.note) log.warn(`The workspace's own lightning-tfjs is not used: ${runtime.note}`);
    log.info(`Node.js ${node.version} (${node.source}), lightning-tfjs ${runtime.version} (${runtime.source})`);
    log.info(`${node.path} ${runtime.cli} ${args.join(' ')}`);
    return {
      command: node.path,
      args: [runtime.cli, ...args],
      cwd: request.cwd,
      env: runEnvironment(process.env, node.env),
    };
  };
}
