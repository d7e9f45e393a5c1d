import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { isCheckpointPageMessage } from '@lightning-typescript/webview/checkpoint';
import * as vscode from 'vscode';
import { webviewPage } from '../webviewPage.js';
import { CheckpointSession } from './checkpointSession.js';

/** A file that is being written changes often; the page follows when it has rested. */
const RELOAD_MS = 500;

/** The editor of checkpoint files, which only reads, and the tab in which two of them are compared. */
export class CheckpointViewer implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #comparisons = new Map<string, vscode.WebviewPanel>();

  constructor(extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#log = log;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const session = this.#show(panel, [uri.fsPath], basename(uri.fsPath));
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(uri.fsPath)), '*');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
    let timer: NodeJS.Timeout | undefined;
    const reload = (changed: vscode.Uri) => {
      if (changed.fsPath !== uri.fsPath) return;
      clearTimeout(timer);
      timer = setTimeout(() => void session.handle({ type: 'reload' }), RELOAD_MS);
    };
    watcher.onDidCreate(reload);
    watcher.onDidChange(reload);
    panel.onDidDispose(() => {
      clearTimeout(timer);
      watcher.dispose();
    });
  }

  /** Compares two files in a tab of their own; the one that is open for them already, when there is one. */
  compare(from: string, to: string): void {
    const key = JSON.stringify([from, to]);
    const open = this.#comparisons.get(key);
    if (open) {
      open.reveal();
      return;
    }
    const title = vscode.l10n.t('{0} ↔ {1}', basename(from), basename(to));
    const panel = vscode.window.createWebviewPanel('lightning.comparison', title, vscode.ViewColumn.Active, {
      // A comparison reads both files whole; it is not done anew each time the tab is looked at.
      retainContextWhenHidden: true,
    });
    this.#comparisons.set(key, panel);
    panel.onDidDispose(() => this.#comparisons.delete(key));
    this.#show(panel, [from, to], title);
  }

  dispose(): void {
    for (const panel of [...this.#comparisons.values()]) panel.dispose();
  }

  #show(
    panel: vscode.WebviewPanel,
    paths: readonly [string] | readonly [string, string],
    title: string,
  ): CheckpointSession {
    const root = vscode.Uri.joinPath(this.#extensionUri, 'webview', 'dist');
    const { webview } = panel;
    webview.options = {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [root],
    };
    const session = new CheckpointSession(paths, (message) => void webview.postMessage(message));
    webview.onDidReceiveMessage((message: unknown) => {
      if (isCheckpointPageMessage(message)) void session.handle(message);
      else this.#log.warn('Ignored a message of the checkpoint page that is none of its messages.');
    });
    panel.onDidDispose(() => session.dispose());
    webview.html = webviewPage({
      cspSource: webview.cspSource,
      nonce: randomBytes(24).toString('base64'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'checkpoint.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'checkpoint.css')).toString(),
      title,
      language: vscode.env.language,
      root: 'checkpoint',
    });
    return session;
  }
}
