import * as vscode from 'vscode';

/** The extension's settings, as `package.json` declares them. */
export interface Settings {
  /** Absolute path of the Node.js that runs start with; empty: found by itself. */
  readonly nodePath: string;
  readonly openDashboardOnFit: boolean;
}

/** The settings as they are now. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('lightning');
  return {
    nodePath: settings.get('nodePath', '').trim(),
    openDashboardOnFit: settings.get('openDashboardOnFit', true),
  };
}
