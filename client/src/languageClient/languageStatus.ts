import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { LANGUAGES } from '../lightningFile.js';

/** What the server tells in `lightning/status`. */
interface ServerStatus {
  readonly health: 'ok' | 'warning' | 'error';
  readonly message: string;
  readonly indexing: { readonly done: number; readonly total: number } | null;
}

const SEVERITIES = {
  ok: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/**
 * Shows how the server is among the languages' states, with a way to start it anew.
 * @param onIdle called whenever it has read the workspace
 */
export function showLanguageStatus(client: LanguageClient, onIdle: () => void): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('lightning.server', [...LANGUAGES]);
  item.name = vscode.l10n.t('Lightning Language Server');
  item.command = { command: 'lightning.restartServer', title: vscode.l10n.t('Restart') };
  const show = ({ health, message, indexing }: ServerStatus) => {
    item.busy = indexing !== null;
    item.severity = SEVERITIES[health];
    item.text = health === 'ok' ? 'Lightning' : vscode.l10n.t('Lightning: needs attention');
    item.detail =
      indexing === null
        ? message || vscode.l10n.t('The language server is running.')
        : vscode.l10n.t('Reading the workspace: {0} of {1} files', indexing.done, indexing.total);
  };
  show({ health: 'ok', message: '', indexing: null });
  return vscode.Disposable.from(
    item,
    client.onNotification('lightning/status', (status: unknown) => {
      if (!isStatus(status)) return;
      show(status);
      if (status.indexing === null) onIdle();
    }),
  );
}

function isStatus(value: unknown): value is ServerStatus {
  if (typeof value !== 'object' || value === null) return false;
  const { health, message, indexing } = value as Record<keyof ServerStatus, unknown>;
  return Object.hasOwn(SEVERITIES, String(health)) && typeof message === 'string' && typeof indexing === 'object';
}
