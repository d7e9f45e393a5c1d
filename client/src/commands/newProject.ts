import { basename } from 'node:path';
import * as vscode from 'vscode';
import { installBundled } from '../project/installBundled.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { pickModuleKind, requestScaffold } from './scaffold.js';

/** What a new project is to be; asked for as far as it is left out. */
interface ProjectWish {
  /** Absolute path of the folder. */
  readonly folder?: string;
  /** Kind of its module. */
  readonly module?: string;
  readonly name?: string;
}

/** `Lightning: New Project`: fills a folder with a module, its data and all that it takes to train, also without a network. */
export const newProject = defineCommand({
  id: 'lightning.newProject',
  needsTrust: false,
  /** URI of the module's file. Undefined when a question was dismissed. */
  async execute(services, given?: unknown): Promise<string | undefined> {
    const wish = wishOf(given);
    const module = wish.module ?? (await pickModuleKind(services, '1/3'))?.kind;
    if (module === undefined) return undefined;
    const folder = wish.folder === undefined ? await pickFolder() : vscode.Uri.file(wish.folder);
    if (!folder) return undefined;
    const name = wish.name ?? (await askName(folder));
    if (name === undefined) return undefined;
    const made = await requestScaffold(services, {
      kind: 'project',
      uri: folder.toString(),
      name,
      module,
    });
    for (const { uri, text } of made.files) {
      await vscode.workspace.fs.writeFile(vscode.Uri.parse(uri), new TextEncoder().encode(text));
    }
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Adding lightning-tfjs to the project') },
      () => installBundled(services.runtimeFolder, folder.fsPath),
    );
    await vscode.window.showTextDocument(vscode.Uri.parse(made.uri));
    if (!vscode.workspace.getWorkspaceFolder(folder)) void offerToOpen(folder);
    return made.uri;
  },
});

function wishOf(value: unknown): ProjectWish {
  if (typeof value !== 'object' || value === null) return {};
  const { folder, module, name } = value as Record<keyof ProjectWish, unknown>;
  return {
    ...(typeof folder === 'string' && { folder }),
    ...(typeof module === 'string' && { module }),
    ...(typeof name === 'string' && { name }),
  };
}

/** The open folder when it is empty; else one that the person chooses. */
async function pickFolder(): Promise<vscode.Uri | undefined> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (first && (await isEmpty(first.uri))) return first.uri;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('An empty folder for the project (2/3)'),
      openLabel: vscode.l10n.t('Create Project Here'),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (chosen && !(await isEmpty(chosen))) {
    throw new UserError(vscode.l10n.t('{0} is not empty. Choose an empty folder.', chosen.fsPath));
  }
  return chosen;
}

/** Settings of the editor and a repository's own files do not count. */
async function isEmpty(folder: vscode.Uri): Promise<boolean> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries.every(([name]) => name === '.vscode' || name === '.git');
}

async function askName(folder: vscode.Uri): Promise<string | undefined> {
  const plain = basename(folder.fsPath)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Name of the project (3/3)'),
    value: plain === '' ? 'my-model' : plain,
    validateInput: (text) =>
      /^[a-z0-9][a-z0-9._-]*$/.test(text)
        ? undefined
        : vscode.l10n.t('A name of a package: lower case letters, digits and dashes, such as my-model.'),
  });
}

async function offerToOpen(folder: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t('Open Folder');
  const text = vscode.l10n.t('The project is in {0}.', folder.fsPath);
  if ((await vscode.window.showInformationMessage(text, open)) === open) {
    await vscode.commands.executeCommand('vscode.openFolder', folder);
  }
}
