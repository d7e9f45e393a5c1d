import { randomBytes } from 'node:crypto';
import { isPageMessage, type PageMessage } from '@lightning-typescript/webview/messages';
import * as vscode from 'vscode';
import type { RunRecord } from '../runs/runRecord.js';
import { webviewPage } from '../webviewPage.js';
import { DashboardFeed } from './dashboardFeed.js';
import { metricCsv } from './metricCsv.js';
import { saveAs } from './saveAs.js';
import { selectedIds } from './selectedIds.js';

/** What the editor knows the tab by, also after a reload. */
export const DASHBOARD_VIEW_TYPE = 'lightning.dashboard';

/** What the page's buttons do. */
export interface DashboardActions {
  showError(run: RunRecord): void;
  showLogs(): void;
  /** The run of an id, which may be one from before the window was reloaded. */
  findRun(id: string): RunRecord | undefined;
}

/** The dashboard's tab: at most one, made when it is first asked for. All state is in the runs; the page can be made anew at any time. */
export class DashboardPanel implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #actions: DashboardActions;
  readonly #log: vscode.LogOutputChannel;
  #records: readonly RunRecord[] = [];
  /** What a page showed before a reload, until all of it was found. */
  #restored: readonly string[] = [];
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

  /** Names the runs that the page lists, oldest first. */
  setRuns(records: readonly RunRecord[]): void {
    this.#records = records;
    this.#feed?.setRuns(records);
    this.#selectRestored();
  }

  /** Opens the tab, or brings it to the front, and shows a run in it. The cursor stays where it is when `preserveFocus`. */
  open(run: RunRecord | undefined, { preserveFocus }: { preserveFocus: boolean }): void {
    this.compare(run ? [run] : [], { preserveFocus });
  }

  /** As {@link open}, with several runs laid over one another. */
  compare(runs: readonly RunRecord[], { preserveFocus }: { preserveFocus: boolean }): void {
    if (this.#panel) this.#panel.reveal(undefined, preserveFocus);
    else this.#create(preserveFocus);
    this.#restored = [];
    for (const run of runs) this.#include(run);
    this.#feed?.select(runs.map(({ id }) => id));
  }

  /** Shows a run when the tab is open, without bringing it to the front; beside the others when several are compared. */
  follow(run: RunRecord): void {
    this.#restored = [];
    this.#include(run);
    const selected = this.#feed?.selected ?? [];
    this.#feed?.select([run.id, ...(selected.length > 1 ? selected.map(({ id }) => id) : [])]);
  }

  /** Takes over a tab that the editor opened again after a reload. `state` is what its page remembered. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    this.#panel?.dispose();
    this.#adopt(panel);
    this.#restored = selectedIds(state);
    this.#selectRestored();
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  /** Runs on disk are found one by one after a reload. */
  #selectRestored(): void {
    if (this.#restored.length === 0) return;
    const found = this.#restored.flatMap((id) => this.#actions.findRun(id) ?? []);
    this.#feed?.select(found.map(({ id }) => id));
    if (found.length === this.#restored.length) this.#restored = [];
  }

  #include(run: RunRecord): void {
    if (!this.#records.some(({ id }) => id === run.id)) this.setRuns([...this.#records, run]);
  }

  #create(preserveFocus: boolean): void {
    this.#adopt(
      vscode.window.createWebviewPanel(
        DASHBOARD_VIEW_TYPE,
        vscode.l10n.t('Lightning Dashboard'),
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
        {},
      ),
    );
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const root = vscode.Uri.joinPath(this.#extensionUri, 'webview', 'dist');
    const { webview } = panel;
    webview.options = { enableScripts: true, enableForms: false, enableCommandUris: false, localResourceRoots: [root] };
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
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#feed = undefined;
    });
    webview.html = webviewPage({
      cspSource: webview.cspSource,
      nonce: randomBytes(24).toString('base64'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'dashboard.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'dashboard.css')).toString(),
      title: vscode.l10n.t('Lightning Dashboard'),
      language: vscode.env.language,
      root: 'dashboard',
    });
    feed.setRuns(this.#records);
    this.#panel = panel;
    this.#feed = feed;
  }

  #act(message: PageMessage, feed: DashboardFeed): void {
    switch (message.type) {
      case 'ready':
      case 'resync':
        feed.pageIsReady();
        break;
      case 'select':
        this.#restored = [];
        feed.select(message.runs);
        break;
      case 'window':
        feed.sendWindow(message);
        break;
      case 'stop':
        this.#stop(feed.run(message.run));
        break;
      case 'show-error': {
        const run = feed.run(message.run);
        if (run) this.#actions.showError(run);
        break;
      }
      case 'show-logs':
        this.#actions.showLogs();
        break;
      case 'export-image':
        void saveAs(`${message.name}.png`, message.bytes, this.#log);
        break;
      case 'export-csv': {
        const csv = metricCsv(feed.selected, [message.metric]);
        void saveAs(`${message.metric}.csv`, new TextEncoder().encode(csv), this.#log);
        break;
      }
    }
  }

  #stop(run: RunRecord | undefined): void {
    try {
      run?.stop();
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }
}
