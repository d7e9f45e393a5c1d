import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.js';

/** Kinds of classes that the server makes. */
const MODULE_KINDS = ['classifier', 'autoencoder', 'gan', 'sequence'] as const;

/** One kind, as the server describes it. */
interface KindInfo {
  readonly kind: string;
  readonly label: string;
  readonly description: string;
  readonly defaultName: string;
}

interface ScaffoldFile {
  readonly uri: string;
  readonly text: string;
}

/** What the server made; nothing is written yet. */
export interface Scaffolded {
  readonly name: string;
  readonly uri: string;
  readonly files: readonly ScaffoldFile[];
  readonly edit: unknown;
}

/** What is asked of the person, as far as the caller does not say. */
export interface ScaffoldWish {
  readonly kind?: string;
  readonly name?: string;
  /** File to write into, or to make. */
  readonly uri?: string;
}

/** A wish that came with a command, from anyone. */
export function wishOf(value: unknown): ScaffoldWish {
  if (typeof value !== 'object' || value === null) return {};
  const { kind, name, uri } = value as Record<keyof ScaffoldWish, unknown>;
  return {
    ...(typeof kind === 'string' && { kind }),
    ...(typeof name === 'string' && { name }),
    ...(typeof uri === 'string' && { uri }),
  };
}

/** Asks for a kind of module. Undefined when the question was dismissed. */
export async function pickModuleKind(services: Services, step: string): Promise<KindInfo | undefined> {
  const kinds = (await scaffoldKinds(services)).filter(({ kind }) => MODULE_KINDS.some((known) => known === kind));
  const items = kinds.map((info) => ({ label: info.label, detail: info.description, info }));
  const title = vscode.l10n.t('What is it to learn? ({0})', step);
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.info;
}

/** What there is to make. */
export async function scaffoldKinds(services: Services): Promise<readonly KindInfo[]> {
  return (await services.language.request('lightning/scaffoldKinds')) as readonly KindInfo[]; // our own server's
}

/** Asks the server; its refusals are for the person. */
export async function requestScaffold(services: Services, params: object): Promise<Scaffolded> {
  return (await services.language.request('lightning/scaffold', params)) as Scaffolded; // our own server's
}

/**
 * Makes a class in a file, asks for what the wish leaves open, and shows it.
 * @returns URI of the file; undefined when a question was dismissed
 */
export async function scaffoldClass(
  services: Services,
  kind: KindInfo,
  wish: ScaffoldWish,
  steps: readonly [name: string, place: string],
): Promise<string | undefined> {
  const name = wish.name ?? (await askName(kind, steps[0]));
  if (name === undefined) return undefined;
  const uri = wish.uri ?? (await pickPlace(name, steps[1]));
  if (uri === undefined) return undefined;
  const made = await requestScaffold(services, { kind: kind.kind, name, uri });
  const edit = await services.language.toEdit(made.edit);
  if (!edit || !(await vscode.workspace.applyEdit(edit, { isRefactoring: false }))) return undefined;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(made.uri));
  await document.save();
  const editor = await vscode.window.showTextDocument(document);
  const at = document.positionAt(Math.max(0, document.getText().indexOf(`class ${made.name}`)));
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.AtTop);
  return made.uri;
}

async function askName({ defaultName, label }: KindInfo, step: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('{0}: name of the class ({1})', label, step),
    value: defaultName,
    validateInput: (text) =>
      /^[A-Za-z_$][\w$]*$/.test(text)
        ? undefined
        : vscode.l10n.t('A name of a class: letters and digits, such as LitModel.'),
  });
}

/** The open source file, or a new file in a folder of the workspace. */
async function pickPlace(name: string, step: string): Promise<string | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const isSource = active?.uri.scheme === 'file' && /\.[cm]?[jt]sx?$/.test(active.uri.path);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.ts`;
  const beside = isSource ? [vscode.Uri.file(dirname(active.uri.fsPath))] : [];
  const places = [...beside, ...folders.map(({ uri }) => uri)].map((folder) => vscode.Uri.joinPath(folder, file));
  const items = [...new Map(places.map((uri) => [uri.toString(), uri])).values()].map((uri) => ({
    label: `$(new-file) ${vscode.workspace.asRelativePath(uri)}`,
    uri,
  }));
  if (isSource) {
    items.push({
      label: `$(insert) ${vscode.l10n.t('Add to {0}', vscode.workspace.asRelativePath(active.uri))}`,
      uri: active.uri,
    });
  }
  if (items.length === 0) {
    const saved = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Where does the file go?'),
      filters: { TypeScript: ['ts'] },
    });
    return saved?.toString();
  }
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Where does it go? ({0})', step) });
  return chosen?.uri.toString();
}
