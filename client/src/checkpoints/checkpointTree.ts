import * as vscode from 'vscode';
import { matchesFilter } from './checkpointFilter.js';
import { type CheckpointFile, CheckpointIndex, type RunDirectory } from './checkpointIndex.js';
import { byScore } from './checkpointOrder.js';

/** A node of the tree: a run's directory, or one of its checkpoints. */
export type CheckpointNode =
  | { readonly kind: 'run'; readonly folder: vscode.WorkspaceFolder; readonly run: RunDirectory }
  | {
      readonly kind: 'checkpoint';
      readonly folder: vscode.WorkspaceFolder;
      readonly run: RunDirectory;
      readonly checkpoint: CheckpointFile;
    };

/** A node that stands for a checkpoint. */
export type CheckpointItem = Extract<CheckpointNode, { kind: 'checkpoint' }>;

type RunNode = Extract<CheckpointNode, { kind: 'run' }>;

/** True for a node of a checkpoint, as the view hands it to a command. */
export function isCheckpointItem(value: unknown): value is CheckpointItem {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, folder, run, checkpoint } = value as Partial<CheckpointItem>;
  const isComplete = folder?.uri instanceof vscode.Uri && typeof run?.path === 'string';
  return kind === 'checkpoint' && isComplete && typeof checkpoint?.path === 'string';
}

/** The Checkpoints view: per run directory its checkpoints, read from disk each time it is asked. */
export class CheckpointTree implements vscode.TreeDataProvider<CheckpointNode>, vscode.Disposable {
  readonly #index = new CheckpointIndex();
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #filter = '';

  /** Words that the shown checkpoints have; empty when all are shown. */
  get filter(): string {
    return this.#filter;
  }

  /** Shows only the checkpoints with these words, see `matchesFilter`. */
  setFilter(filter: string): void {
    this.#filter = filter.trim();
    this.refresh();
  }

  /** Reads everything again. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** All nodes of checkpoints, whatever the filter. */
  async all(): Promise<CheckpointItem[]> {
    return (await this.#runs()).flatMap(itemsOf);
  }

  async getChildren(node?: CheckpointNode): Promise<CheckpointNode[]> {
    if (node?.kind === 'checkpoint') return [];
    const isShown = ({ run, checkpoint }: CheckpointItem) => matchesFilter(run, checkpoint, this.#filter);
    if (node) return itemsOf(node).filter(isShown);
    const runs = await this.#runs();
    return this.#filter === '' ? runs : runs.filter((run) => itemsOf(run).some(isShown));
  }

  async #runs(): Promise<RunNode[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const runs = await Promise.all(
      folders.map(async (folder) =>
        (await this.#index.read(folder.uri.fsPath)).map((run): RunNode => ({ kind: 'run', folder, run })),
      ),
    );
    return runs.flat();
  }

  getTreeItem(node: CheckpointNode): vscode.TreeItem {
    return node.kind === 'run' ? runItem(node.run, node.folder) : checkpointItem(node.checkpoint);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function itemsOf(node: RunNode): CheckpointItem[] {
  return byScore(node.run.checkpoints).map((checkpoint) => ({ ...node, kind: 'checkpoint', checkpoint }));
}

function runItem(run: RunDirectory, folder: vscode.WorkspaceFolder): vscode.TreeItem {
  const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState.Expanded);
  const isOneOfMany = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  item.id = run.path;
  item.description = [isOneOfMany && folder.name, run.moduleName, run.ended].filter(Boolean).join(' · ');
  item.tooltip = run.path;
  item.iconPath = new vscode.ThemeIcon('folder');
  item.contextValue = 'run';
  return item;
}

function checkpointItem(checkpoint: CheckpointFile): vscode.TreeItem {
  const { path, name, isBest, isLast } = checkpoint;
  const marks = [isBest && vscode.l10n.t('best'), isLast && vscode.l10n.t('last')].filter(Boolean);
  const description = [...marks, ...facts(checkpoint)].join(' · ');
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None);
  item.id = path;
  item.description = description;
  item.tooltip = `${path}\n${description}`;
  item.iconPath = new vscode.ThemeIcon(isBest ? 'star-full' : isLast ? 'history' : 'save');
  item.accessibilityInformation = { label: `${name}, ${description}` };
  item.contextValue = 'checkpoint';
  item.resourceUri = vscode.Uri.file(path);
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [item.resourceUri] };
  return item;
}

function facts({ name, epoch, step, score, sizeBytes }: CheckpointFile): string[] {
  const known: string[] = [];
  if (epoch !== undefined && !name.includes('epoch=')) known.push(vscode.l10n.t('epoch {0}', epoch));
  if (step !== undefined && !name.includes('step=')) known.push(vscode.l10n.t('step {0}', step));
  if (score) known.push(`${score.monitor} ${Number(score.value.toPrecision(5))}`);
  known.push(formatBytes(sizeBytes));
  return known;
}

/** `1.4 MB`: as the file explorers of operating systems write sizes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`;
}
