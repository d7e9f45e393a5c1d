import * as vscode from 'vscode';

/** What a view shows, when it is there. */
interface Source<T> {
  readonly onDidChangeTreeData: vscode.Event<T | undefined>;
  getChildren(node?: T): vscode.ProviderResult<T[]>;
  getTreeItem(node: T): vscode.TreeItem | Thenable<vscode.TreeItem>;
  getParent?(node: T): vscode.ProviderResult<T>;
}

/** Stands for a view's data until the view is looked at, and only then makes it. */
export class LazyTree<T> implements vscode.TreeDataProvider<T>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<T | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #make: () => Source<T>;
  #source: Source<T> | undefined;
  #listener: vscode.Disposable | undefined;

  constructor(make: () => Source<T>) {
    this.#make = make;
  }

  getChildren(node?: T): vscode.ProviderResult<T[]> {
    return this.#load().getChildren(node);
  }

  getTreeItem(node: T): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.#load().getTreeItem(node);
  }

  getParent(node: T): vscode.ProviderResult<T> {
    return this.#load().getParent?.(node);
  }

  dispose(): void {
    this.#listener?.dispose();
    this.#changed.dispose();
  }

  #load(): Source<T> {
    if (!this.#source) {
      this.#source = this.#make();
      this.#listener = this.#source.onDidChangeTreeData((node) => this.#changed.fire(node));
    }
    return this.#source;
  }
}
