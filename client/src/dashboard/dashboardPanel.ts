import { randomBytes } from 'node:crypto';
import { isPageMessage, type PageMessage } from '@lightning-typescript/webview/messages';
import * as vscode from 'vscode';
import type { Run } from '../runs/run.js';
import { DashboardFeed } from './dashboardFeed.js';
import { dashboardPage } from './page.js';

/** What the page's buttons do. */
export interface DashboardActions {
  showError(run: Run): void;
  showLogs(): void;
}

/** The dashboard's tab: at most one, made when it is first asked for. All state is in the runs; the page can be made anew at any time. */
export class DashboardPanel implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #actions: DashboardActions;
  readonly #log: vscode.LogOutputChannel;
  #panel: vscode.WebviewPanel | undefined;
  #feed: DashboardFeed | undefined;

  constructor(extensionUri: vscode.Uri, actions: DashboardActions, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#actions = actions;
    this.#log = log;
  }

  /** True when there is a tab, seen or not. */
  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** Opens the tab, or brings it to the front, and shows a run in it. The cursor stays where it is when `preserveFocus`. */
  open(run: Run | undefined, { preserveFocus }: { preserveFocus: boolean }): void {
    if (this.#panel) this.#panel.reveal(undefined, preserveFocus);
    else this.#create(preserveFocus);
    this.#feed?.show(run);
  }

  /** Shows a run when the tab is open, without bringing it to the front. */
  follow(run: Run): void {
    this.#feed?.show(run);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #create(preserveFocus: boolean): void {
    const root = vscode.Uri.joinPath(this.#extensionUri, 'webview', 'dist');
    const title = vscode.l10n.t('Lightning Dashboard');
    const panel = vscode.window.createWebviewPanel(
      'lightning.dashboard',
      title,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
      { enableScripts: true, enableForms: false, enableCommandUris: false, localResourceRoots: [root] },
    );
    const { webview } = panel;
    const icon = (theme: string) => vscode.Uri.joinPath(this.#extensionUri, 'media', `dashboard-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const feed = new DashboardFeed((message) => void webview.postMessage(message));
    webview.onDidReceiveMessage((message: unknown) => {
      if (isPageMessage(message)) this.#act(message, feed);
      else this.#log.warn('Ignored a message of the dashboard that is none of its messages.');
    });
    panel.onDidChangeViewState(() => feed.setVisible(panel.visible));
    panel.onDidDispose(() => {
      feed.dispose();
      this.#panel = undefined;
      this.#feed = undefined;
    });
    webview.html = dashboardPage({
      cspSource: webview.cspSource,
      nonce: randomBytes(24).toString('base64'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'dashboard.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'dashboard.css')).toString(),
      title,
      language: vscode.env.language,
    });
    this.#panel = panel;
    this.#feed = feed;
  }

  #act({ type }: PageMessage, feed: DashboardFeed): void {
    switch (type) {
      case 'ready':
      case 'resync':
        feed.pageIsReady();
        break;
      case 'stop':
        feed.run?.stop();
        break;
      case 'show-error':
        if (feed.run) this.#actions.showError(feed.run);
        break;
      case 'show-logs':
        this.#actions.showLogs();
        break;
    }
  }
}
