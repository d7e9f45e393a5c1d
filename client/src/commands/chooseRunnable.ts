import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { isLightningFile, SOURCE_GLOB } from '../lightningFile.js';
import { isRunnable, type Runnable, type RunRequest } from '../runs/index.js';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';

/** Directories whose files are nobody's source. */
const EXCLUDED_GLOB = '**/{node_modules,dist,out,build,coverage,lightning_logs}/**';
/** The search for modules stops after so many files; the person can open the file instead. */
const MAX_FILES = 2_000;

/** The commands that the server's CodeLens offers for what can be run. */
type RunCommandId =
  | 'lightning.fit'
  | 'lightning.fastDevRun'
  | 'lightning.debugFastDevRun'
  | 'lightning.validate'
  | 'lightning.test'
  | 'lightning.predict';

/**
 * What to run with a command: what the caller names; else the module in the active editor; else one of the workspace. Asks when there are
 * several. Undefined when the question was dismissed. Throws `UserError` when there is none.
 */
export async function chooseRunnable(
  services: Services,
  id: RunCommandId,
  named: unknown,
): Promise<RunRequest | undefined> {
  if (isRunnable(named)) return toRequest(named);
  const document = vscode.window.activeTextEditor?.document;
  if (document?.isUntitled && isLightningFile(document)) {
    throw new UserError(vscode.l10n.t('The module is not in a file yet. Save it first: a run reads it from disk.'));
  }
  await services.language.start();
  if (document?.uri.scheme === 'file' && isLightningFile(document)) {
    const here = await modulesIn(document.uri, id);
    if (here.length > 0) return pick(here);
    // Its base class may be out of the server's sight; the command line finds the module by loading the file.
    if (/\bclass\b/.test(document.getText())) return anyModuleOf(document);
  }
  return chooseInWorkspace(services, id);
}

/**
 * What to run with a command, out of all modules of the workspace; asks when there are several. Only those of that class are
 * meant when there are such.
 */
export async function chooseInWorkspace(
  services: Services,
  id: RunCommandId,
  className?: string,
): Promise<RunRequest | undefined> {
  await services.language.start();
  const all = await modulesInWorkspace(id);
  const named = all.filter((runnable) => runnable.className === className);
  if (all.length === 0) {
    throw new UserError(
      vscode.l10n.t(
        'No LightningModule was found. Open a file with a class that extends LightningModule, and run this again.',
      ),
    );
  }
  return pick(named.length > 0 ? named : all);
}

/** What the server's CodeLens offers that command for, in a file. */
async function modulesIn(uri: vscode.Uri, id: RunCommandId): Promise<Runnable[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[] | undefined>(
    'vscode.executeCodeLensProvider',
    uri,
    Number.MAX_SAFE_INTEGER,
  );
  const found = new Map<string, Runnable>();
  for (const { command } of lenses ?? []) {
    const runnable: unknown = command?.arguments?.[0];
    if (command?.command === id && isRunnable(runnable)) found.set(runnable.className, runnable);
  }
  return [...found.values()];
}

async function modulesInWorkspace(id: RunCommandId): Promise<Runnable[]> {
  const found: Runnable[] = [];
  for (const uri of await vscode.workspace.findFiles(SOURCE_GLOB, EXCLUDED_GLOB, MAX_FILES)) {
    if (uri.scheme !== 'file') continue;
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    if (isLightningFile({ getText: () => text })) found.push(...(await modulesIn(uri, id)));
  }
  return found;
}

async function pick(runnables: readonly Runnable[]): Promise<RunRequest | undefined> {
  const [first, ...others] = runnables;
  if (first && others.length === 0) return toRequest(first);
  const items = runnables.map((runnable) => ({
    label: runnable.className,
    description: vscode.workspace.asRelativePath(runnable.file),
    runnable,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which LightningModule?'),
    matchOnDescription: true,
  });
  return chosen && toRequest(chosen.runnable);
}

function toRequest({ kind, file, className, options }: Runnable): RunRequest {
  return { kind, file, className, options, cwd: workingDirectory(vscode.Uri.file(file)) };
}

function anyModuleOf({ uri }: vscode.TextDocument): RunRequest {
  return { kind: 'fit', file: uri.fsPath, className: undefined, options: {}, cwd: workingDirectory(uri) };
}

function workingDirectory(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
}
