import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { isFlamePageMessage } from '@lightning-typescript/webview/messages';
import type { SourceLocation } from 'lightning-tfjs/protocol';
import * as vscode from 'vscode';
import { UserError } from '../userError.js';
import { webviewPage } from '../webviewPage.js';
import { FlamegraphFeed } from './flamegraphFeed.js';
import { profileFile } from './profileFile.js';

/** The editor of our span files, and the one of V8's profiles; ids as in `package.json`. */
export const FLAMEGRAPH_EDITOR = 'lightning.flamegraph';
export const CPU_PROFILE_EDITOR = 'lightning.cpuProfile';

/**
 * Flamegraphs, as editors of the files that hold the profiles. All state is in the files, so that a tab comes back after a reload, and a
 * running run's is followed like any other.
 */
export class FlamegraphEditors {
  readonly #extensionUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;

  constructor(extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#log = log;
  }

  /** Opens the flamegraph of a file beside the editor. */
  async open(path: string): Promise<void> {
    const editor = /\.cpuprofile$/i.test(path) ? CPU_PROFILE_EDITOR : FLAMEGRAPH_EDITOR;
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), editor, {
      viewColumn: vscode.ViewColumn.Beside,
      preview: false,
    });
  }

  /** Fills a tab with the flamegraph of a file. */
  show(uri: vscode.Uri, panel: vscode.WebviewPanel): void {
    const root = vscode.Uri.joinPath(this.#extensionUri, 'webview', 'dist');
    const { webview } = panel;
    webview.options = { enableScripts: true, enableForms: false, enableCommandUris: false, localResourceRoots: [root] };
    const feed = new FlamegraphFeed({
      post: (message) => void webview.postMessage(message),
      file: profileFile(uri.fsPath),
      title: basename(uri.fsPath),
      explain: (error) => this.#explain(uri, error),
    });
    webview.onDidReceiveMessage((message: unknown) => {
      if (!isFlamePageMessage(message)) {
        this.#log.warn('Ignored a message of the flamegraph that is none of its messages.');
      } else if (message.type === 'open-source') {
        const source = feed.sourceOf(message.frame);
        if (source) void this.#openSource(source);
      } else {
        void feed.pageIsReady();
      }
    });
    panel.onDidChangeViewState(() => feed.setVisible(panel.visible));
    panel.onDidDispose(() => feed.dispose());
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
    webview.html = webviewPage({
      cspSource: webview.cspSource,
      nonce: randomBytes(24).toString('base64'),
      script: file('flamegraph.js'),
      style: file('flamegraph.css'),
      title: vscode.l10n.t('Flamegraph'),
      language: vscode.env.language,
      root: 'flamegraph',
    });
  }

  async #openSource({ file, line, column }: SourceLocation): Promise<void> {
    try {
      const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      await vscode.window.showTextDocument(document, {
        selection: new vscode.Range(at, at),
        viewColumn: vscode.ViewColumn.One,
      });
    } catch (error) {
      this.#log.warn(`${file} could not be opened: ${String(error)}`);
      void vscode.window.showWarningMessage(vscode.l10n.t('{0} could not be opened: it is not there any more.', file));
    }
  }

  #explain(uri: vscode.Uri, error: unknown): string {
    if (error instanceof UserError) return error.message;
    if (error !== undefined) this.#log.warn(`${uri.fsPath} could not be read: ${String(error)}`);
    return error === undefined
      ? vscode.l10n.t('There is no span in {0}.', basename(uri.fsPath))
      : vscode.l10n.t('{0} could not be read: it is gone, or another program keeps it.', basename(uri.fsPath));
  }
}
