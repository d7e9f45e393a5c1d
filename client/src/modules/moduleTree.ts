import * as vscode from 'vscode';
import type { Language } from '../languageClient/index.js';

interface Place {
  readonly uri: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface Hook {
  readonly name: string;
  readonly location: Place | null;
  readonly doc: string;
  readonly inheritedFrom: string | null;
}

/** A class of the workspace, as the server tells of it in `lightning/modules`. */
interface ModuleInfo {
  readonly kind: 'module' | 'datamodule' | 'callback';
  readonly name: string;
  readonly location: Place;
  readonly isAbstract: boolean;
  readonly hooks: readonly Hook[];
  readonly missing: readonly Hook[];
}

/** A line of the view. */
export type ModuleNode =
  | { readonly type: 'class'; readonly info: ModuleInfo }
  | { readonly type: 'hook'; readonly hook: Hook; readonly owner: ModuleInfo };

const ICONS = { module: 'symbol-class', datamodule: 'database', callback: 'bell' } as const;

/** The view *Modules*: the module, data module and callback classes of the workspace, with their hooks; missing ones are marked. */
export class ModuleTree implements vscode.TreeDataProvider<ModuleNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<ModuleNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #language: Pick<Language, 'request'>;

  constructor(language: Pick<Language, 'request'>) {
    this.#language = language;
  }

  /** Asks the server again. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** The classes of the workspace. */
  async all(): Promise<readonly ModuleInfo[]> {
    return (await this.#language.request('lightning/modules')) as readonly ModuleInfo[]; // our own server's
  }

  async getChildren(node?: ModuleNode): Promise<ModuleNode[]> {
    if (!node) return (await this.all()).map((info) => ({ type: 'class', info }));
    if (node.type === 'hook') return [];
    const { missing, hooks } = node.info;
    return [...missing, ...hooks].map((hook) => ({ type: 'hook', hook, owner: node.info }));
  }

  getTreeItem(node: ModuleNode): vscode.TreeItem {
    return node.type === 'class' ? classItem(node.info) : hookItem(node.hook, node.owner);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function classItem({ kind, name, location, isAbstract, missing }: ModuleInfo): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  const path = vscode.workspace.asRelativePath(vscode.Uri.parse(location.uri));
  item.id = `${location.uri}#${name}`;
  item.description = [path, isAbstract && vscode.l10n.t('abstract')].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon(
    missing.length > 0 ? 'warning' : ICONS[kind],
    missing.length > 0 ? new vscode.ThemeColor('list.warningForeground') : undefined,
  );
  item.tooltip =
    missing.length > 0 ? vscode.l10n.t('{0} lacks {1}', name, missing.map((hook) => hook.name).join(', ')) : name;
  item.contextValue = kind;
  item.command = goTo(location);
  return item;
}

function hookItem({ name, location, doc, inheritedFrom }: Hook, owner: ModuleInfo): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.id = `${owner.location.uri}#${owner.name}.${name}`;
  item.iconPath = location
    ? new vscode.ThemeIcon('symbol-method')
    : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.description = location
    ? inheritedFrom === null
      ? undefined
      : vscode.l10n.t('from {0}', inheritedFrom)
    : vscode.l10n.t('missing');
  item.tooltip = doc;
  item.accessibilityInformation = {
    label: [name, typeof item.description === 'string' ? item.description : ''].filter(Boolean).join(', '),
  };
  item.command = goTo(location ?? owner.location);
  return item;
}

function goTo({ uri, range }: Place): vscode.Command {
  const { line, character } = range.start;
  const selection = new vscode.Range(line, character, line, character);
  return { command: 'vscode.open', title: vscode.l10n.t('Go to'), arguments: [vscode.Uri.parse(uri), { selection }] };
}
